import Acting
import ArgumentParser
import FanOut
import History
import Reports
import SlurmModel
import Sweeps
import Terminal

/// The flags of checks that drain what they find to be broken.
struct DrainFlags: ParsableArguments {
    @Flag(
        name: .long,
        help: "Afterwards drain the nodes that failed, as 'fleet drain --from last' does.")
    var drain = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --drain: drain none where more nodes than this would be out of service.",
            valueName: "n|n%"))
    var max: DrainLimit = .standard

    /// Refuses before the check what could only be refused after it.
    ///
    /// - Throws: A ``UsageError``.
    func check(_ options: FanOutOptions) throws(UsageError) {
        guard drain, !options.dryRun else { return }
        try Confirmation.checkTerminal(isYes: options.yes, for: "--drain")
    }

    /// Drains what failed in a run that is over.
    ///
    /// - Parameters:
    ///   - end: How the run ended.
    ///   - session: The cluster.
    ///   - options: The run's flags.
    /// - Returns: The exit code: the check's own, or 3 where the drain could not work.
    /// - Throws: A ``SlurmError``.
    func act(on end: RunEnd, _ session: Session, _ options: FanOutOptions) async throws -> Int32 {
        guard drain, let report = end.report, end.exitCode != ExitCodes.interrupted else {
            return end.exitCode
        }
        let failures = RunFailures(
            run: report.id, started: report.started, nodes: FailedNodes(report.reports))
        guard !failures.nodes.names.isEmpty else {
            session.console.say("fleet: no node failed: nothing to drain")
            return end.exitCode
        }
        let failed = Set(failures.nodes.names)
        let selected = try await session.select(
            NodeSelection(), failed: { _ in [] }, withJobs: true,
            filter: { failed.contains($0.name) })
        var runner = ActingRunner(session: session, verb: .drain)
        runner.limit = max
        runner.isYes = options.yes
        runner.failures = failures
        // Standard output is the check's.
        runner.printsAsTalk = true
        _ = try await runner.act(on: selected)
        return end.exitCode
    }
}
