import Acting
import ArgumentParser
import History
import SlurmKit
import SlurmModel
import Sweeps

/// `fleet reboot`: has Slurm reboot nodes as soon as they are idle.
struct RebootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reboot", _superCommandName: "fleet",
        abstract: "Have Slurm reboot nodes once they are idle.",
        usage: "fleet reboot [<options>] [<nodes>] [--reason <text> | --from <run>]",
        discussion: """
            Shows the plan and asks. Runs 'scontrol reboot ASAP nextstate=RESUME': a busy node is drained and rebooted \
            when its jobs have ended. A node that fleet drained keeps its reason; any other needs --reason. A node with a \
            reason that fleet did not set is left alone without --force. \
            Needs RebootProgram in slurm.conf, and root, SlurmUser, or AdminLevel Administrator.

            Examples:
              fleet reboot gpu-7 --reason 'row remap pending'
              fleet reboot --from last
            """)

    @OptionGroup var options: ActingOptions

    @OptionGroup var why: ReasonOption

    @OptionGroup var kept: EvidenceOption

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Reboot none where more nodes than this would be out of service.", valueName: "n|n%"))
    var max: DrainLimit = .standard

    mutating func validate() throws {
        try why.check(options, isNeeded: false)
    }

    mutating func run() async throws {
        let selection = try options.selection(to: .reboot)
        try Confirmation.checkTerminal(isYes: options.yes || options.dryRun, for: "fleet reboot")
        let session = try Session()
        var runner = try ActingRunner(session: session, verb: .reboot, options: options)
        try why.check(runner.failures, to: .reboot) { options.lastSweep(session) }
        runner.reason = why.reason
        runner.limit = max
        runner.preparation = kept.keeper(session, runDir: options.runDir)
        throw ExitCode(try await runner.act(selection: selection, options))
    }
}
