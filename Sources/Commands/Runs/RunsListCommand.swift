import ArgumentParser
import FoundationEssentials
import Runs
import Sweeps
import Terminal

/// `fleet runs list`: a line per run, newest last.
struct RunsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", _superCommandName: "fleet runs",
        abstract: "List the runs that are kept, newest last.")

    @Option(
        name: .long,
        help: ArgumentHelp("Where runs are kept (default: ~/.fleet/runs).", valueName: "folder"),
        completion: .directory)
    var runDir: String?

    @Option(
        name: .long, help: ArgumentHelp("Only the newest; 0 for all.", valueName: "n"))
    var limit = 20

    @Option(name: .long, help: "How to print.")
    var format: DocumentFormat = .table

    mutating func run() async throws {
        let site = try Site.withoutSlurm()
        let catalog = try site.catalog(runDir)
        let listing = try catalog.listing()
        let runs = listing.runs
        let shown = limit > 0 ? runs.suffix(limit) : runs[...]
        let list = RunsList(rows: shown.map(RunsRow.init))
        switch format {
        case .json:
            try site.console.print(JSONOutput.pretty(list.json))
        case .table:
            let now = Int(Date().timeIntervalSince1970)
            for line in list.lines(width: site.console.columns, now: now) {
                try site.console.print(line)
            }
            if runs.isEmpty {
                site.console.say("fleet: no run is kept in \(catalog.base)")
            }
        }
        if let words = listing.words(catalog) { site.console.say(words) }
    }
}

/// `fleet runs`: the runs that are kept.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List the runs that are kept, and remove old ones.",
        subcommands: [RunsListCommand.self, RunsPruneCommand.self],
        defaultSubcommand: RunsListCommand.self)
}
