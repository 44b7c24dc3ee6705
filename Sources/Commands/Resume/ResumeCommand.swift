import ArgumentParser
import FanOut
import History
import Platform
import SlurmKit
import SlurmModel
import Sweeps
import Terminal

/// `fleet resume`: puts nodes back into service that fleet drained.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", _superCommandName: "fleet",
        abstract: "Resume nodes that fleet drained, after a check if you like.",
        usage: "fleet resume [<options>] (<nodes> | <selector> | --from <run>)",
        discussion: """
            Shows the plan and asks. A node that fleet did not drain is left alone without --force. With --recheck \
            only nodes are resumed that pass, right now, every check that had failed there; --recheck=NAME makes this \
            one instead: gpu-check, check-mount, or a probe of 'fleet checks'. \
            Only root and SlurmUser reach a drained node for that.

            Examples:
              fleet resume gpu-7
              fleet resume --state drain --recheck
              fleet resume 'gpu-[1-8]' --recheck=check-mount
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
        if let recheck, recheck != ResumeCheck.standard { try await checkName(recheck) }
        let selection = try options.selection(to: .resume)
        try Confirmation.checkTerminal(isYes: options.yes || options.dryRun, for: "fleet resume")
        let session = try Session()
        var runner = try ActingRunner(session: session, verb: .resume, options: options)
        // Who asks for a whole partition means what is out of service there.
        runner.leavesOutWhatIsDone = selection.names.isEmpty
        runner.preparation = try recheck.map {
            try ResumeCheck($0, session: session, isStrict: strict, runDir: options.runDir)
        }
        throw ExitCode(try await runner.act(selection: selection, options))
    }

    /// Refuses a word behind --recheck that is no check but nodes: they were meant to be resumed.
    ///
    /// - Throws: A ``UsageError``, and what finding the check throws.
    private func checkName(_ name: String) async throws {
        let session = try Session()
        do {
            _ = try ResumeCheck(name, session: session, isStrict: strict, runDir: options.runDir)
        } catch {
            let known = Set(try await session.controller.cluster().nodes.map(\.name))
            guard let nodes = try? HostlistExpression.expand(name), !nodes.isEmpty,
                nodes.allSatisfy(known.contains)
            else { throw error }
            let words = ["fleet", "resume", name] + options.selectors.words + ["--recheck"]
            throw UsageError(
                "--recheck took '\(name)' for the name of a check, and it names nodes. Put them first: \(ShellQuote.readable(words))"
            )
        }
    }
}
