import ArgumentParser
import Configuration
import FanOut
import SlurmModel
import Sweeps
import Terminal
import Verdicts

/// The flags of `fleet health` that say what is checked, and what becomes of the result.
struct HealthFlags: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only these checks: gpu-check, a probe's name, or what codes begin with: gpu.xid.",
            valueName: "checks"),
        completion: ClusterCompletion.healthChecks)
    var only: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("Not these checks.", valueName: "checks"),
        completion: ClusterCompletion.healthChecks)
    var skip: [String] = []

    @Flag(name: .long, help: "A row per node, a column per check, instead of folded groups.")
    var wide = false

    @Flag(name: .long, help: "A row per GPU instead of folded groups of nodes.")
    var gpus = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write the result to this file, whole or not at all, and not to standard output.",
            valueName: "file"),
        completion: .file())
    var output: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Also write the metrics to this file.", valueName: "file"),
        completion: .file())
    var metrics: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Also write the page for a browser to this file.", valueName: "file"),
        completion: .file())
    var report: String?

    @Flag(
        name: .long,
        help:
            "Print, and exit with 1, only where a node is new, worse or fixed since the last sweep of the same nodes and checks that had this flag; where none had, since the last of them."
    )
    var changedOnly = false

    @Flag(name: .long, help: "No talk on standard error but errors.")
    var quiet = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What nodes that sleep (powered down, powering up) are in the exit code.",
            valueName: "ok|not-run"))
    var asleep = Asleep.notRun

    /// The rows that the exit code counts.
    ///
    /// - Parameter reports: A sweep's rows.
    /// - Returns: All of them; with `--asleep ok` without the nodes that were not run as they sleep. A node that is
    ///   down or does not answer counts either way.
    func counted(_ reports: [NodeReport]) -> [NodeReport] {
        guard asleep == .ok else { return reports }
        return reports.filter { row in
            row.result.outcome != .notRun || row.node.map(TargetPlanner.isAsleep) != true
        }
    }

    /// What a sleeping node counts for.
    enum Asleep: String, CaseIterable, ExpressibleByArgument {
        case ok
        case notRun = "not-run"
    }

    mutating func validate() throws {
        if gpus, wide { throw ValidationError("--gpus and --wide exclude each other.") }
        if changedOnly, gpus || wide {
            throw ValidationError(
                "--changed-only has a table of its own: leave --gpus and --wide out.")
        }
    }
}
