import ArgumentParser
import FleetCore
import FoundationEssentials

/// `fleet runs list`: a line per run, newest last.
struct RunsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the runs that are kept, newest last.")

    @Option(
        name: .long,
        help: ArgumentHelp("Where runs are kept (default: ~/.fleet/runs).", valueName: "folder"))
    var runDir: String?

    @Option(
        name: .long, help: ArgumentHelp("Only the newest; 0 for all.", valueName: "n"))
    var limit = 20

    @Option(name: .long, help: "How to print: table or json.")
    var format: StatusCommand.StatusFormat = .table

    mutating func run() async throws {
        let site = try Site.withoutSlurm()
        let runs = try site.catalog(runDir).runs()
        let shown = limit > 0 ? runs.suffix(limit) : runs[...]
        let rows = shown.map(Row.init)
        switch format {
        case .json:
            try site.console.print(
                JSONOutput.pretty(
                    .object([
                        "schema": .string("fleet.runs/1"), "runs": .array(rows.map(\.json)),
                    ])))
        case .table:
            var table = Table([
                Table.Column("RUN"), Table.Column("AGE", numeric: true), Table.Column("STATE"),
                Table.Column("NODES", numeric: true), Table.Column("OK", numeric: true),
                Table.Column("NOT OK", numeric: true), Table.Column("COMMAND"),
            ])
            let now = Int(Date().timeIntervalSince1970)
            rows.forEach { table.add($0.cells(now: now)) }
            for line in table.lines(width: site.console.columns) {
                try site.console.print(line)
            }
            if runs.isEmpty {
                site.console.say("fleet: no run is kept in \(try site.catalog(runDir).base)")
            }
        }
    }

    private struct Row {
        let id: String
        let manifest: RunManifest?
        let summary: RunSummaryFile?
        let state: RunState

        init(_ run: StoredRun) {
            id = run.id
            manifest = try? run.manifest()
            summary = run.summary()
            state = RunState(run, summary: summary)
        }

        /// What was asked, as it was typed, without the program's own path.
        private var command: String {
            manifest.map { "fleet " + ShellQuote.readable(Array($0.command.dropFirst())) }
                ?? "(written by another release of fleet)"
        }

        func cells(now: Int) -> [String] {
            let counts = summary?.counts
            return [
                id, manifest.map { Age(seconds: now - $0.started).text } ?? "-", state.rawValue,
                manifest.map { "\($0.nodeCount)" } ?? "-",
                counts.map { "\($0.ok + $0.warn)" } ?? "-",
                counts.map { "\($0.fail + $0.unknown + $0.notRun)" } ?? "-", command,
            ]
        }

        var json: JSONValue {
            .object([
                "id": .string(id), "state": .string(state.rawValue),
                "probe": JSONValue(manifest?.specification.probe.name),
                "command": .array(manifest?.command.map(JSONValue.string) ?? []),
                "user": JSONValue(manifest?.user),
                "started": manifest.map { JSONOutput.time($0.started) } ?? .null,
                "ended": summary.map { JSONOutput.time($0.ended) } ?? .null,
                "node_count": JSONValue(manifest?.nodeCount),
                "nodes": JSONValue(manifest?.nodes),
                "exit_code": JSONValue(summary.map { Int($0.exitCode) }),
                "summary": summary.map { $0.counts.json } ?? .null,
            ])
        }
    }
}
