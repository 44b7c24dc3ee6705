import Acting
import ArgumentParser
import History
import SlurmKit
import SlurmModel
import Sweeps

/// `fleet drain`: takes nodes out of service, with a reason that says why and who.
struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", _superCommandName: "fleet",
        abstract: "Drain nodes, with a reason: jobs that run there go on.",
        usage: "fleet drain [<options>] [<nodes>] (--reason <text> | --from <run>)",
        discussion: """
            No more jobs start on a drained node. Shows the plan and asks. The reason reads 'fleet: TEXT [WHO]'. A node with a reason that fleet did not \
            set is left alone without --force. Needs root, SlurmUser, or AdminLevel Administrator.

            Examples:
              fleet drain gpu-7 --reason 'PSU 2 dead, case 4711'
              fleet drain --from last
              fleet drain -p gpu --state idle --reason 'rack 7 moves' --max 100% --dry-run
            """)

    @OptionGroup var options: ActingOptions

    @OptionGroup var why: ReasonOption

    @OptionGroup var kept: EvidenceOption

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Drain none where more nodes than this would be out of service.", valueName: "n|n%"))
    var max: DrainLimit = .standard

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "Resume them after so long (Slurm 23.02 and later): 90m, 2h, 3d.", valueName: "time"))
    var time: DrainTime?

    mutating func validate() throws {
        try why.check(options)
    }

    mutating func run() async throws {
        let selection = try options.selection(to: .drain)
        try Confirmation.checkTerminal(isYes: options.yes || options.dryRun, for: "fleet drain")
        if time != nil, !SlurmController.canResumeLater {
            throw SlurmError(
                kind: .configuration, attempt: "drain nodes for a time (--for)",
                cause: "Slurm \(SlurmLibrary.version) has no ResumeAfter: it came with 23.02",
                remedy: "Drain them without --for, and resume them with 'fleet resume'.")
        }
        let session = try Session()
        var runner = try ActingRunner(session: session, verb: .drain, options: options)
        try why.check(runner.failures, to: .drain) { options.lastSweep(session) }
        runner.reason = why.reason
        runner.limit = max
        runner.preparation = kept.keeper(session, runDir: options.runDir)
        runner.resumeAfter = time?.seconds
        throw ExitCode(try await runner.act(selection: selection, options))
    }
}
