import Acting
import ArgumentParser
import FanOut
import History
import Platform
import FoundationEssentials
import Glibc
import Reports
import Runs
import SlurmKit
import SlurmModel
import Sweeps
import Terminal
import Verdicts

/// The flags of the commands that change nodes' states in Slurm: which nodes, how carefully, how it is printed.
struct ActingOptions: ParsableArguments, NamesNodes {
    @OptionGroup var nodeWords: NamedNodes
    @OptionGroup var nodeFlags: SelectorOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only nodes whose verdict in this run was fail: its id, or last.", valueName: "run"),
        completion: ClusterCompletion.runs)
    var from: String?

    @Flag(name: .long, help: "With --from: also nodes whose verdict in the run is unknown.")
    var fromUnknown = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --from: no run that is older than this: 30m, 4h, 2d.", valueName: "time"))
    var maxAge: DrainTime = .hour

    @Flag(
        name: .long,
        help:
            "Also nodes with a reason that fleet did not set; with --from also an old run, and nodes that are well since."
    )
    var force = false

    @Flag(name: .long, help: "Show what would be done to which node, and do nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    @Option(
        name: .long,
        help: ArgumentHelp("Where runs are kept (default: ~/.fleet/runs).", valueName: "folder"),
        completion: .directory)
    var runDir: String?

    @Option(name: .long, help: "How to print.")
    var format: ActionFormat = .table

    mutating func validate() throws {
        if fromUnknown, from == nil { throw ValidationError("--from-unknown needs --from.") }
        if from == "" { throw ValidationError("--from '' names no run.") }
    }

    /// The selection; no selector at all is an error, and never means all nodes.
    ///
    /// - Parameter verb: What is to be done, for the error.
    /// - Returns: What the selectors and the node names say together.
    /// - Throws: A ``UsageError`` where nothing selects a node, and what reading the selection throws.
    func selection(to verb: NodeAction.Verb) throws -> NodeSelection {
        let selection = try selectors.selection()
        guard selection != NodeSelection() || from != nil else {
            throw UsageError(
                "fleet \(verb.rawValue) does nothing to all nodes by itself: name nodes, give a selector, or --from."
            )
        }
        return selection
    }

    /// The nodes that failed in the run of `--from`, which is named with its check, user and age; nil without one.
    ///
    /// - Parameters:
    ///   - session: The cluster.
    ///   - verb: What is to be done, for an error.
    /// - Returns: The nodes.
    /// - Throws: A ``RunStoreError``, a ``ConfigurationError``; a ``UsageError`` for a run that is too old.
    func failures(_ session: Session, to verb: NodeAction.Verb) throws -> RunFailures? {
        guard let from else { return nil }
        let cluster = session.slurm.clusterName
        let failures: RunFailures
        do {
            failures = try session.site.run(named: from, runDir: runDir, cluster: cluster) { run in
                try self.failures(of: run, cluster: cluster)
            }
        } catch let error as RunStoreError {
            throw Self.explained(error, run: from, verb: verb, session)
        }
        let age = max(0, Int(Date().timeIntervalSince1970) - failures.time)
        session.console.say(TerminalText.visible("fleet: from \(failures.words(age: age))"))
        guard force || age <= maxAge.seconds else {
            let again = AttentionRules.command(of: failures.check)
            let check = failures.isCheck ? "check again (fleet \(again)), or " : ""
            throw UsageError(
                "the run is \(Age(seconds: age).text) old, and --max-age allows \(Age(seconds: maxAge.seconds).text): \(check)say --max-age, or --force."
            )
        }
        return failures
    }

    private func failures(of run: StoredRun, cluster: String) throws -> RunFailures {
        let kept = try KeptRun(run)
        try RunOwner.check(kept.manifest, cluster: cluster)
        let rows = kept.rows
        return RunFailures(
            kept.manifest, ended: run.summary()?.ended, rows: rows,
            nodes: FailedNodes(rows, withUnknown: fromUnknown))
    }

    /// The newest check in which nodes failed, of the last runs; nil where there is none.
    func lastSweep(_ session: Session) -> RunFailures? {
        let cluster = session.slurm.clusterName
        return session.site.newest(runDir: runDir) { run in
            guard let found = try? failures(of: run, cluster: cluster), found.isCheck,
                !found.nodes.names.isEmpty
            else { return nil }
            return found
        }
    }

    /// The error of a run that root does not find: whose it may be, and how its owner has it acted on.
    ///
    /// Root looks into no other user's folders for it: sudo says whose rights are to be taken.
    private static func explained(
        _ error: RunStoreError, run: String, verb: NodeAction.Verb, _ session: Session
    ) -> RunStoreError {
        guard geteuid() == 0, run != "last", error.kind == .notFound || error.kind == .otherUser
        else { return error }
        var error = error
        let command = "sudo " + ShellQuote.readable(["fleet", verb.rawValue, "--from", run])
        if SudoUser.current(environment: session.environment) == nil {
            error.remedy =
                "'fleet runs' lists root's runs. Another user's run is read with that user's rights only: who began it types, in a shell that is not root's: \(command)"
        } else {
            error.remedy =
                "'fleet runs' lists root's runs, and without sudo your own; who began another types: \(command)"
        }
        return error
    }
}

/// How an action is printed.
enum ActionFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json, jsonl, csv
}
