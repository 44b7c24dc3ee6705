import FanOut
import History
import Platform
import Reports
import Terminal
import Verdicts

/// `fleet history`: a row per run, newest last.
struct RunHistory: HistoryListing {
    let runs: [HistoryRun]
    /// Whether older ones were left out.
    let hasMore: Bool

    func lines(width: Int?, now: Int) -> [String] {
        var table = Table(
            [
                Table.Column("RUN"), Table.Column("AGE", numeric: true), Table.Column("BY"),
            ]
                + ["OK", "WARN", "UNKNOWN", "FAIL", "NOT RUN"].map {
                    Table.Column($0, numeric: true)
                } + [Table.Column("CHECK")])
        for run in runs {
            let counts = [
                run.counts.ok, run.counts.warn, run.counts.unknown, run.counts.fail,
                run.counts.notRun,
            ]
            table.add(
                [run.id, Age(seconds: now - run.ended).text, run.user] + counts.map(String.init)
                    + [run.check + (run.wasInterrupted ? " (interrupted)" : "")])
        }
        return table.lines(width: width)
    }

    var document: [String: JSONValue] { Self.lists(["runs": elements]) }
    var elements: [JSONValue] { runs.map(\.json) }

    let heading = [
        "run", "check", "user", "started", "ended", "interrupted", "ok", "warn", "unknown", "fail",
        "not_run", "command",
    ]

    var records: [[String]] {
        runs.map { run in
            [
                run.id, run.check, run.user, UTCTime.text(run.started),
                UTCTime.text(run.ended), String(run.wasInterrupted),
            ]
                + [
                    run.counts.ok, run.counts.warn, run.counts.unknown, run.counts.fail,
                    run.counts.notRun,
                ].map(String.init) + [ShellQuote.readable(run.command)]
        }
    }

    func words(file: String) -> [String] {
        if runs.isEmpty { return ["fleet: no such run is in the history \(file)"] }
        return hasMore ? ["fleet: the newest \(runs.count); --limit 0 shows all"] : []
    }
}

extension HistoryRun {
    /// A run of the document.
    fileprivate var json: JSONValue {
        .object([
            "kind": .string("run"), "run": .string(id), "check": .string(check),
            "command": .array(command.map(JSONValue.string)), "user": .string(user),
            "started": JSONOutput.time(started), "ended": JSONOutput.time(ended),
            "interrupted": .bool(wasInterrupted), "summary": counts.json,
        ])
    }
}
