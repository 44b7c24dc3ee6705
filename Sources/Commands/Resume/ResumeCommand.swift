import ArgumentParser
import FanOut
import History
import SlurmKit
import SlurmModel
import Sweeps

/// `fleet resume`: puts nodes back into service that fleet drained.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Put nodes back into service that fleet drained, after a check if you like.",
        usage: "fleet resume [<options>] <nodes>",
        discussion: """
            Shows the plan and asks. A node that fleet did not drain is left alone without --force. With --recheck \
            only nodes are resumed that pass, right now, every check that had failed there; --recheck=NAME makes this \
            one instead: gpu-check, check-mount, or a probe of 'fleet checks'. \
            Only root and SlurmUser reach a drained node for that.

            Examples:
              fleet resume gpu-7
              fleet resume --state drain --recheck
              fleet resume gpu-[1-8] --recheck=check-mount
            """)

    @OptionGroup var options: ActingOptions

    @Option(
        name: .long, defaultAsFlag: ResumeCheck.standard,
        help: ArgumentHelp(
            "Resume only nodes that pass this check now; alone: every check that had failed.",
            valueName: "check"),
        completion: ClusterCompletion.resumeChecks)
    var recheck: String?

    @Flag(name: .long, help: "With --recheck: a warning does not pass.")
    var strict = false

    mutating func validate() throws {
        if recheck == "" { throw ValidationError("--recheck '' names no check.") }
        if strict, recheck == nil { throw ValidationError("--strict needs --recheck.") }
    }

    mutating func run() async throws {
        let selection = try options.selection(to: .resume)
        try Confirmation.checkTerminal(isYes: options.yes || options.dryRun, for: "fleet resume")
        let session = try Session()
        var runner = try ActingRunner(session: session, verb: .resume, options: options)
        // Who asks for a whole partition means what is out of service there.
        runner.leavesOutWhatIsDone = selection.names.isEmpty
        runner.recheck = try recheck.map {
            try ResumeCheck($0, session: session, isStrict: strict, runDir: options.runDir)
        }
        throw ExitCode(try await runner.act(selection: selection, options))
    }
}
