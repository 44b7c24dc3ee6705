import ArgumentParser
import Configuration
import FoundationEssentials
import History
import Probes
import Runs
import SlurmKit
import Sweeps
import Terminal

/// `fleet history show`: what runs said of nodes, over time; slurmctld is not asked.
struct HistoryShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", _superCommandName: "fleet history",
        abstract: "Show what runs found on nodes over time, and what changed.",
        usage: "fleet history [<options>] [<nodes>]",
        discussion: """
            Without nodes: a row per run, newest last. With nodes: what every run said of them, and what fleet did to \
            them. With --changes: what newly fails, still fails, could not be told, and was fixed. Without --since, new \
            and fixed is what the newest run of a check found otherwise than the one before on that node; a node that was \
            not run is not fixed. Root's runs are everybody's to see (history.site), your own are yours.

            Examples:
              fleet history --since 7d
              fleet history gpu-7 --check gpu-check
              fleet history --changes --since 24h
            """)

    @Argument(
        help: ArgumentHelp("Only these nodes: gpu-7, gpu-[1-8].", valueName: "nodes"),
        completion: ClusterCompletion.nodes)
    var nodes: String?

    @Flag(name: .long, help: "Show what changed from run to run instead of the runs.")
    var changes = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only this check: gpu-check, check-mount, 'check environment'.", valueName: "name"),
        completion: ClusterCompletion.checks)
    var check: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only this long ago: 12h, 30d, 8w; with --changes: since when is new, and fixed.",
            valueName: "time"))
    var since: LongTime?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only so many: the newest, 0 for all (default: 20; of changes all).", valueName: "n"))
    var limit: Int?

    @Option(
        name: .long,
        help: ArgumentHelp("Where runs are kept (default: ~/.fleet/runs).", valueName: "folder"),
        completion: .directory)
    var runDir: String?

    @Option(name: .long, help: "How to print.")
    var format: Format = .table

    /// How the history is printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json, jsonl, csv
    }

    mutating func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit is 0 or more.") }
        if check?.isEmpty == true { throw ValidationError("--check '' names no check.") }
    }

    mutating func run() async throws {
        let names = try nodes.map(HostlistExpression.expand)
        if let nodes, names?.isEmpty == true { throw UsageError("'\(nodes)' names no node.") }
        let slurm = try SlurmConfiguration.locate(
            environment: ProcessInfo.processInfo.environment)
        let site = try Site(slurmFolder: slurm.folder)
        let folder = try site.runDirectoryBase(runDir)
        let access = site.history(runs: folder)
        guard let store = access.store(patience: HistoryAccess.writePatience),
            let all = access.all(patience: HistoryAccess.writePatience)
        else {
            throw UsageError("there is no history: history.record (FLEET_HISTORY_RECORD) is false.")
        }
        let now = Int(Date().timeIntervalSince1970)
        HistoryCatchUp(
            catalog: RunCatalog(base: folder, kinds: .all), store: store,
            cluster: slurm.clusterName,
            console: site.console
        ).run(now: now)
        let query = HistoryQuestion(
            store: all, cluster: slurm.clusterName, names: names,
            filter: HistoryFilter(check: check, since: since.map { now - $0.seconds }),
            limit: limit == 0 ? nil : limit ?? (changes ? nil : 20))
        let listing: any HistoryListing =
            if changes {
                try query.changes()
            } else if names != nil {
                try query.nodes()
            } else {
                try query.runs()
            }
        try show(listing, on: site.console, cluster: slurm.clusterName, now: now)
        for line in listing.words(file: store.path) { site.console.say(line) }
    }

    private func show(
        _ listing: any HistoryListing, on console: Console, cluster: String, now: Int
    ) throws {
        switch format {
        case .table:
            for line in listing.lines(width: console.columns, now: now) { try console.print(line) }
        case .json:
            let document = listing.document.merging([
                "schema": .string("fleet.history/1"), "cluster": .string(cluster),
                "generated": JSONOutput.time(now),
            ]) { $1 }
            try console.print(JSONOutput.pretty(JSONValue.object(document)))
        case .jsonl:
            for element in listing.elements { try console.print(JSONOutput.line(element)) }
        case .csv:
            for record in [listing.heading] + listing.records {
                let fields = console.outputIsTerminal ? record.map(TerminalText.visible) : record
                try console.write(CSVText.record(fields.map { Array($0.utf8) }))
            }
        }
    }
}
