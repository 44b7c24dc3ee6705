import Configuration
import FanOut
import FoundationEssentials
import Health
import Reports
import SlurmKit
import SlurmModel
import Sweeps
import Terminal
import Verdicts

/// `fleet health --local`: the same payload and the same judge, on the very machine it is typed on.
struct LocalHealth {
    let flags: HealthFlags
    let drainFlags: DrainFlags
    let options: FanOutOptions
    /// Seconds that each check may take; nil for ``partSeconds``.
    let seconds: Int?

    /// Seconds that a check may take: slurmd ends a HealthCheckProgram after 60.
    private static let partSeconds = 45
    /// Seconds that slurmctld gets to say what the node's GRES is; the check goes on without.
    private static let patience = 5

    /// Checks, prints, and marks the node where that is asked for.
    ///
    /// - Returns: The exit code, as of every check.
    /// - Throws: A ``UsageError``, a ``ConfigurationError``, and for `--drain` a ``SlurmError``.
    func run() async throws -> Int32 {
        let slurm = try? SlurmConfiguration.locate(
            environment: ProcessInfo.processInfo.environment)
        let site = try Site(slurmFolder: slurm?.folder)
        let specification = try HealthChecks(
            site: site, slurmFolder: slurm?.folder, seconds: seconds ?? Self.partSeconds
        ).specification(flags, nodes: [])
        // Only who marks a node in slurmctld asks slurmctld anything.
        let session = drainFlags.drain ? try Session() : nil
        let machine = LocalRun(site: site)
        async let asked = Self.node(named: machine.name, session)
        let result = await machine.result(of: specification.probe)
        let node = await asked
        let started = Int(Date().timeIntervalSince1970)
        let row = NodeReport(result: result, node: node, probe: specification.probe)
        // Not reviewed: there is no other node to compare it with.
        let report = RunReport(
            id: "local", probe: specification.probe.name, launcher: Launcher.local.rawValue,
            started: started - Int(result.duration ?? 0), ended: started,
            reports: [row])
        var output = HealthOutput(flags: flags).output(
            of: specification, format: options.format, cluster: slurm?.clusterName ?? "",
            sweeps: nil)
        // Its commands name runs, and of this one nothing is kept.
        output.talk = nil
        output.isQuiet = true
        var printer = RunPrinter(
            console: site.console, output: output, names: [machine.name])
        for row in report.reports { printer.row(row) }
        printer.end()
        try printer.finish(report)
        let code = report.summary.exitCode(
            strict: options.strict, ignoreNotRun: options.ignoreNotRun)
        guard let session else { return code }
        // What is to be marked is a node, whichever way it was reached.
        var marked = report
        for place in marked.reports.indices { marked.reports[place].result.launcher = .direct }
        var options = options
        // Nobody stands before a HealthCheckProgram, and the node is this machine's own.
        options.yes = true
        return try await drainFlags.act(
            on: RunEnd(exitCode: code, report: marked), session, options)
    }

    /// What Slurm says of this machine's node; nil where it does not say so in time, or knows no such node.
    private static func node(named name: String, _ session: Session?) async -> Node? {
        guard let session else { return nil }
        let (answers, continuation) = AsyncStream.makeStream(of: Node?.self)
        let asking = Task.detached {
            continuation.yield(try? await session.controller.node(named: name))
        }
        let timer = Task.detached {
            try await Task.sleep(for: .seconds(patience))
            continuation.yield(nil)
        }
        defer {
            asking.cancel()
            timer.cancel()
        }
        for await answer in answers { return answer }
        return nil
    }
}
