internal import GRDB
import Verdicts

extension Standing {
    /// Reads a row of `standing`.
    ///
    /// - Throws: A ``HistoryObstacle``.
    init(_ row: Row) throws {
        self.init(
            verdict: try row.mustBe("verdict"), time: try row.value("time"),
            run: try row.value("run"), message: try row.optional("message"))
        before = try row.word("before")
        since = try row.value("since")
        runs = try row.value("runs")
        failedSince = try row.optional("failed_since")
        failures = try row.value("failures")
        let worst: Verdict? = try row.word("worst")
        problem = try worst.map {
            Problem(
                worst: $0, runs: try row.value("problem_runs"),
                message: try row.optional("problem"))
        }
    }

    /// What ``write(_:node:check:)`` executes.
    static func statement(_ db: Database) throws -> Statement {
        try db.makeStatement(
            sql: "INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
    }

    /// Writes a row of `standing`.
    func write(_ statement: Statement, node: Int64, check: String) throws {
        try statement.execute(arguments: [
            node, check, verdict.rawValue, time, run, message, before?.rawValue, since, runs,
            failedSince, failures, problem?.worst.rawValue, problem?.runs, problem?.message,
        ])
    }
}
