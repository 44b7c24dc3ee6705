internal import GRDB

extension SQLiteHistory {
    /// The newest runs of a check of exactly this name that were not interrupted, with their rows, newest last.
    ///
    /// - Parameters:
    ///   - check: The check's name, as ``HistoryRun/check`` has it.
    ///   - cluster: The cluster, by its ClusterName.
    ///   - flag: Only runs whose command line has this word; nil for all.
    ///   - limit: So many at most.
    /// - Returns: The sweeps.
    /// - Throws: A ``HistoryError``.
    package func sweeps(
        check: String, cluster: String, with flag: String? = nil, limit: Int
    ) throws(HistoryError) -> [HistorySweep] {
        try file.read { db in
            let runs = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM runs WHERE cluster = ? AND check_name = ? AND interrupted = 0
                    AND (? IS NULL OR EXISTS (SELECT 1 FROM json_each(command) WHERE value = ?))
                    ORDER BY ended DESC, key DESC LIMIT ?
                    """, arguments: [cluster, check, flag, flag, limit])
            return try runs.reversed().map { run in
                let key: Int64 = try run.value("key")
                let rows = try Row.fetchAll(
                    db,
                    sql: """
                        SELECT r.id, r.check_name, r.ended, r.user, n.name, v.*
                        FROM verdicts v CROSS JOIN runs r ON r.key = v.run
                        CROSS JOIN nodes n ON n.id = v.node WHERE v.run = ?
                        """, arguments: [key])
                return HistorySweep(
                    run: try HistoryRun(run),
                    rows: try rows.map { try HistoryVerdict($0, node: try $0.value("name")) })
            }
        } ?? []
    }
}
