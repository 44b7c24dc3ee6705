import Acting
import ArgumentParser
import FanOut
import History
import Runs
import SlurmKit
import SlurmModel
import Sweeps
import Terminal

/// The flags of the commands that change nodes' states in Slurm: which nodes, how carefully, how it is printed.
struct ActingOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The nodes: the same as --nodes.", valueName: "nodes"),
        completion: ClusterCompletion.nodes)
    var hostlists: [String] = []

    @OptionGroup var selectors: SelectorOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only nodes whose verdict in this run was fail: its id, or last.", valueName: "run"),
        completion: ClusterCompletion.runs)
    var from: String?

    @Flag(name: .long, help: "With --from: also nodes of which the run could say nothing.")
    var fromUnknown = false

    @Flag(name: .long, help: "Also nodes with a reason that fleet did not set.")
    var force = false

    @Flag(name: .long, help: "Show what would be done to which node, and do nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    @Option(
        name: .long,
        help: ArgumentHelp("Where runs are kept (default: ~/.fleet/runs).", valueName: "folder"))
    var runDir: String?

    @Option(name: .long, help: "How to print: table, json, jsonl or csv.")
    var format: ActionFormat = .table

    mutating func validate() throws {
        if fromUnknown, from == nil { throw ValidationError("--from-unknown needs --from.") }
        if from == "" { throw ValidationError("--from '' names no run.") }
    }

    /// The selection; never everything by saying nothing.
    ///
    /// - Parameter verb: What is to be done, for the error.
    /// - Returns: What the selectors and the node names say together.
    /// - Throws: A ``UsageError`` where nothing selects a node, and what reading the selection throws.
    func selection(to verb: NodeAction.Verb) throws -> NodeSelection {
        var selectors = selectors
        selectors.nodes += hostlists
        let selection = try selectors.selection()
        guard selection != NodeSelection() || from != nil else {
            throw UsageError(
                "fleet \(verb.rawValue) does nothing to all nodes by itself: name nodes, give a selector, or --from."
            )
        }
        return selection
    }

    /// The nodes that failed in the run of `--from`; nil without one.
    ///
    /// - Throws: A ``RunStoreError``, a ``ConfigurationError``.
    func failures(_ session: Session) throws -> RunFailures? {
        guard let from else { return nil }
        let kept = try KeptRun(session.site.run(named: from, runDir: runDir))
        try RunOwner.check(kept.manifest, cluster: session.slurm.clusterName)
        return RunFailures(
            run: kept.manifest.id, started: kept.manifest.started,
            nodes: FailedNodes(kept.rows, withUnknown: fromUnknown))
    }
}

/// How an action is printed.
enum ActionFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json, jsonl, csv
}

/// The nodes that failed in a run, with the run they failed in.
struct RunFailures {
    /// The run's name.
    let run: String
    /// When it began, in seconds since 1970.
    let started: Int
    /// The nodes and what was found.
    let nodes: FailedNodes
}
