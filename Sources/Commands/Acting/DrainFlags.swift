import Acting
import ArgumentParser
import Configuration
import FanOut
import Glibc
import History
import Platform
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
            report, user: Users.name(of: geteuid()), nodes: FailedNodes(report.reports))
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

/// For how long a node is drained, or how old a run may be: `90m`, `2h`, `3d`.
struct DrainTime: Hashable, Sendable, ExpressibleByArgument {
    /// The length in seconds.
    let seconds: Int

    /// An hour: what is older than that, a node may have been repaired since.
    static let hour = DrainTime(seconds: 3_600)

    private init(seconds: Int) { self.seconds = seconds }

    var defaultValueDescription: String { Age(seconds: seconds).text }

    init?(argument: String) {
        if let time = Seconds(argument: argument) {
            seconds = time.count
        } else if let time = LongTime(argument: argument), time.seconds > 0,
            time.seconds <= 366 * 86_400
        {
            seconds = time.seconds
        } else {
            return nil
        }
    }
}

extension DrainLimit: ExpressibleByArgument {
    /// Reads `10%` or a number of nodes; nil for a percentage above 100 and for no number.
    package init?(argument: String) {
        if argument.hasSuffix("%") {
            guard let percent = Int(argument.dropLast()), (0...100).contains(percent) else {
                return nil
            }
            self.init(most: .percent(percent))
        } else {
            guard let count = Int(argument), count > 0 else { return nil }
            self.init(most: .nodes(count))
        }
    }

    /// How --help writes the default.
    package var defaultValueDescription: String { text }
}
