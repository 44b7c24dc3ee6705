import Acting
import ArgumentParser
import FanOut
import History
import FoundationEssentials
import Reports
import Runs
import SlurmKit
import SlurmModel
import Sweeps
import Terminal
import Verdicts

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

    /// The nodes that failed in the run of `--from`, which is named with its check, user and age; nil without one.
    ///
    /// - Throws: A ``RunStoreError``, a ``ConfigurationError``; a ``UsageError`` for a run that is too old.
    func failures(_ session: Session) throws -> RunFailures? {
        guard let from else { return nil }
        let cluster = session.slurm.clusterName
        let failures = try session.site.run(named: from, runDir: runDir, cluster: cluster) { run in
            let kept = try KeptRun(run)
            try RunOwner.check(kept.manifest, cluster: cluster)
            let rows = kept.rows
            return RunFailures(
                kept.manifest, ended: run.summary()?.ended, rows: rows,
                nodes: FailedNodes(rows, withUnknown: fromUnknown))
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
}

/// How an action is printed.
enum ActionFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json, jsonl, csv
}

/// The nodes that failed in a run, with the run they failed in.
struct RunFailures {
    /// The run's name.
    let run: String
    /// Its check, as in the history.
    let check: String
    /// Whether it says something of a node's health: how a plain `fleet run` ended does not.
    let isCheck: Bool
    /// What was not well on which node.
    let failed: [String: [CheckScope]]
    /// Who began it.
    let user: String
    /// When it began, in seconds since 1970.
    let started: Int
    /// When it was over, and where it is not, when it began.
    let time: Int
    /// The nodes and what was found.
    let nodes: FailedNodes

    /// Takes them of a run.
    init(_ manifest: RunManifest, ended: Int?, rows: [NodeReport], nodes: FailedNodes) {
        let specification = manifest.specification
        let results = specification.isRehearsal ? [:] : specification.results(of: rows)
        run = manifest.id
        check = specification.checkName
        isCheck = !results.isEmpty || (specification.scope != nil && !specification.isRehearsal)
        failed = results.mapValues { $0.filter { $0.verdict >= .unknown }.map(\.scope) }
        user = manifest.user
        started = manifest.started
        time = ended ?? manifest.started
        self.nodes = nodes
    }

    /// Takes them of a check that just ended.
    init(_ report: RunReport, user: String, nodes: FailedNodes) {
        run = report.id
        check = report.probe
        isCheck = true
        failed = [:]
        self.user = user
        started = report.started
        time = report.ended
        self.nodes = nodes
    }

    /// `run ID: gpu-check by ann, 12 min ago: 3 nodes failed`.
    func words(age: Int) -> String {
        let count = nodes.names.count
        return
            "run \(run): \(check) by \(user), \(Age(seconds: age).text) ago: \(count) \(count == 1 ? "node" : "nodes") failed"
    }

    /// The failed nodes that newer runs of the same checks, or of ones that looked at more, found well: in words.
    func superseded(by standings: [NodeStanding], now: Int) -> [String: String] {
        let byNode = Dictionary(grouping: standings, by: \.node)
        var words: [String: String] = [:]
        for node in nodes.names {
            let scopes = failed[node] ?? []
            let newer = scopes.compactMap { scope in
                byNode[node]?.first { known in
                    known.scope == scope && known.standing.isWell
                        && known.standing.time > time && known.standing.run != run
                }
            }
            // Each of what had failed must be well since.
            guard let newest = newer.first, newer.count == scopes.count else { continue }
            let last = newest.lastVerdict
            let user = last.user.map { " by \($0)" } ?? ""
            words[node] =
                "it is well since: \(last.check) said \(last.verdict.rawValue) \(Age(seconds: now - last.time).text) ago\(user) (run \(last.run))"
        }
        return words
    }
}
