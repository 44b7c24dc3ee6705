package import ArgumentParser
import Configuration
package import FanOut
package import Terminal

/// The flags of every command that runs something on the nodes.
package struct FanOutOptions: ParsableArguments {
    /// Begins with the defaults, which the parser replaces.
    package init() {}

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long a job may wait for its node to be free: 90, 90s, 10m, 2h (default: 30s).",
            valueName: "time"))
    var wait: Seconds?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How to reach the nodes (default: auto).",
            valueName: "launcher")
    )
    var via: LauncherChoice?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A node that others use: wait for it, run beside them, or skip it.",
            valueName: "wait|run|skip"))
    package var onBusy: BusyPolicy?

    @Flag(name: .long, help: "Reach drained nodes too (root and SlurmUser, launcher direct).")
    var includeDrained = false

    @Flag(name: .long, help: "Wake powered-down nodes.")
    var powerUp = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many srun processes at once, for --via srun and direct (default: 64).",
            valueName: "n"))
    var fanout: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many nodes one srun asks, where what is run only looks; 1: each alone (default: 32).",
            valueName: "n"))
    var group: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "In waves of so many nodes: 10, 10%, or 1,10% for a canary first.", valueName: "n|n%"))
    var batch: BatchSizes?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Start no further wave after so many failures (alone: a canary, then the rest).",
            valueName: "n"))
    var stopAfter: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Try nodes again, so many times, on which nothing was started.", valueName: "n"))
    var retry = 0

    @Flag(name: .long, help: "Show what would be done on which node, and do nothing.")
    package var dryRun = false

    @Flag(
        name: .long,
        help: "Ask before anything is sent, with the number of nodes; no: exit code 130.")
    var confirm = false

    @Flag(
        name: .long,
        help:
            "Answer every question with yes: that of --confirm, and of --drain where a command has it."
    )
    package var yes = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where runs are kept: a folder that the nodes share (default: ~/.fleet/runs).",
            valueName: "folder"),
        completion: .directory)
    package var runDir: String?

    @Option(name: .long, help: "How to print.")
    package var format: OutputFormat = .table

    @Flag(name: .long, help: "Count a warning as a failure in the exit code.")
    package var strict = false

    @Flag(name: .long, help: "Leave nodes that were not run out of the exit code.")
    package var ignoreNotRun = false

    /// Refuses flags that exclude each other.
    package mutating func validate() throws {
        if let fanout, !(1...4096).contains(fanout) {
            throw ValidationError("--fanout is a number from 1 to 4096.")
        }
        if let group, !(1...4096).contains(group) {
            throw ValidationError("--group is a number from 1 to 4096.")
        }
        if let stopAfter, stopAfter < 1 {
            throw ValidationError("--stop-after is a number from 1 on.")
        }
        if !(0...100).contains(retry) {
            throw ValidationError("--retry is a number from 0 to 100.")
        }
    }

    /// The sizes of the waves; nil to start all nodes at once.
    var waves: BatchSizes? { batch ?? (stopAfter == nil ? nil : .canaryFirst) }
}

extension LauncherChoice: ExpressibleByArgument {}

extension BusyPolicy: ExpressibleByArgument {}
