internal import GRDB

extension NodeAction {
    /// Reads a row of `actions`.
    ///
    /// - Throws: A ``HistoryObstacle``.
    init(_ row: Row) throws {
        self.init(
            time: try row.value("time"), user: try row.value("user"), verb: try row.mustBe("verb"),
            node: try row.value("node"), reason: try row.optional("reason"),
            stateBefore: try row.value("state_before"),
            reasonBefore: try row.optional("reason_before"), run: try row.optional("run"),
            outcome: try row.mustBe("outcome"), detail: try row.optional("detail"))
    }

    /// Adds a row to `actions`.
    func insert(_ db: Database, cluster: String) throws {
        try db.execute(
            sql: """
                INSERT INTO actions (cluster, node, time, user, verb, reason, state_before,
                    reason_before, run, outcome, detail)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                cluster, node, time, user, verb.rawValue, reason, stateBefore, reasonBefore, run,
                outcome.rawValue, detail,
            ])
    }
}
