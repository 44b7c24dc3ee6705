import FanOut
import Platform
import Reports
import Runs
import Terminal
import Verdicts

/// One kept run in the list of runs.
struct RunsRow {
    let id: String
    let manifest: RunManifest?
    let summary: RunSummaryFile?
    let state: RunState
    private let counts: RunSummary?

    init(_ run: StoredRun) {
        id = run.id
        manifest = try? run.manifest()
        summary = run.summary()
        state = RunState(run, summary: summary)
        // A summary that could not be written is made up for by the rows.
        counts =
            summary?.counts
            ?? (state == .ended || state == .interrupted
                ? (try? KeptRun(run)).map { RunSummary($0.rows) } : nil)
    }

    /// What was asked, as it was typed, without the program's own path.
    private var command: String {
        manifest.map { "fleet " + ShellQuote.readable(Array($0.command.dropFirst())) }
            ?? "(written by another release of fleet)"
    }

    func cells(now: Int) -> [String] {
        [
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
            "summary": counts.map(\.json) ?? .null,
        ])
    }
}
