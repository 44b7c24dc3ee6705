internal import GRDB

/// Removes what is old within a transaction.
struct HistoryPruner {
    let db: Database

    /// Removes what ended before a time, the oldest first.
    ///
    /// - Parameters:
    ///   - time: In seconds since 1970.
    ///   - limit: How many runs at most; nil for all.
    /// - Returns: How many runs were removed.
    /// - Throws: What SQLite says.
    func prune(before time: Int, limit: Int?) throws -> Int {
        // Their verdicts go with them: ON DELETE CASCADE.
        try db.execute(
            sql: """
                DELETE FROM runs WHERE key IN
                (SELECT key FROM runs WHERE ended < ? ORDER BY ended LIMIT ?)
                """, arguments: [time, limit ?? -1])
        let count = db.changesCount
        if count > 0 || limit == nil {
            // No further than the runs: what these still tell of has its standings.
            let oldest = try Int.fetchOne(db, sql: "SELECT MIN(ended) FROM runs")
            let time = min(time, oldest ?? time)
            try db.execute(sql: "DELETE FROM standing WHERE time < ?", arguments: [time])
            try db.execute(sql: "DELETE FROM actions WHERE time < ?", arguments: [time])
        }
        return count
    }
}
