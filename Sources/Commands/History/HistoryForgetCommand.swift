import ArgumentParser
import History
import SlurmKit
import Sweeps
import Terminal

/// `fleet history forget`: takes trials that were mistakes out of what is remembered.
struct HistoryForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", _superCommandName: "fleet history",
        abstract: "Forget runs, or what is known of nodes or of a check.",
        usage: "fleet history forget [<options>] (--run <run> | --node <nodes> | --check <name>)",
        discussion: """
            For trials that were mistakes: a check with a wrong limit, a node that was taken apart. What is named \
            together must fit together. Standings are made anew from the runs that are left; where none is left, the \
            node counts as not checked. The runs' own folders stay: fleet runs prune. It is this cluster's history that \
            is changed, and only what this user wrote: root forgets the site's.

            Examples:
              fleet history forget --run 20261126-221400-1c3f
              fleet history forget --node gpu-7 --check gpu-check
            """)

    @Option(
        name: .long, help: ArgumentHelp("These runs, by their whole names.", valueName: "run"),
        completion: ClusterCompletion.runs)
    var run: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("Only of these nodes.", valueName: "nodes"),
        completion: ClusterCompletion.nodes)
    var node: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("Only of this check.", valueName: "name"),
        completion: ClusterCompletion.checks)
    var check: String?

    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    @Option(
        name: .long,
        help: ArgumentHelp("Where runs are kept (default: ~/.fleet/runs).", valueName: "folder"),
        completion: .directory)
    var runDir: String?

    mutating func validate() throws {
        if run.isEmpty, node.isEmpty, check == nil {
            throw ValidationError(
                "Name what is to be forgotten: --run, --node or --check; together they must all fit."
            )
        }
        if run.contains("") || check == "" { throw ValidationError("An empty name names nothing.") }
    }

    mutating func run() async throws {
        let names = try node.flatMap(HostlistExpression.expand)
        if !node.isEmpty, names.isEmpty { throw UsageError("--node names no node.") }
        let session = try Session()
        let cluster = session.slurm.clusterName
        let access = session.site.history(runs: try session.site.runDirectoryBase(runDir))
        guard let store = access.store(patience: HistoryAccess.writePatience) else {
            throw UsageError("there is no history: history.record (FLEET_HISTORY_RECORD) is false.")
        }
        let console = session.console
        try Confirmation.checkTerminal(isYes: yes, for: "fleet history forget")
        let what = words(names)
        guard
            yes
                || Confirmation.ask(
                    "forget \(what) in \(store.path)", declined: "nothing was forgotten",
                    console: console)
        else { throw ExitCode(ExitCodes.interrupted) }
        let forgotten = try store.forget(
            HistoryOblivion(runs: run, nodes: names, check: check), cluster: cluster)
        guard !forgotten.isEmpty else {
            throw UsageError(
                "nothing of that is in \(store.path); 'fleet history' lists the runs, and by whom.")
        }
        console.say(
            "fleet: forgot \(forgotten.runs) \(forgotten.runs == 1 ? "run" : "runs") whole, \(forgotten.verdicts) verdicts; \(forgotten.standings) standings made anew"
        )
    }

    private func words(_ names: [String]) -> String {
        let parts = [
            run.isEmpty ? nil : "run " + run.joined(separator: ", "),
            names.isEmpty ? nil : "node " + Hostlist.fold(names), check.map { "check \($0)" },
        ]
        return TerminalText.visible(parts.compactMap(\.self).joined(separator: ", "))
    }
}
