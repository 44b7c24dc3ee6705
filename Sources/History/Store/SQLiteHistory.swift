import FoundationEssentials
internal import GRDB

/// The history in an SQLite file.
package struct SQLiteHistory: HistoryStore {
    /// The file, absolute.
    package let path: String
    /// How long a run is kept, in seconds; nil for ever.
    package let keep: Int?
    let file: HistoryFile

    /// How many old runs one recording removes at most, so that a long neglected file does not delay a command.
    static let pruneLimit = 20

    /// Names the file, which need not exist; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - path: The file, absolute.
    ///   - keep: How long a run is kept, in seconds; nil for ever.
    ///   - patience: How long another process that holds the file is waited for, in seconds.
    ///   - isShared: Whether it is the site's: written by root, read by everybody.
    package init(path: String, keep: Int?, patience: Double, isShared: Bool = false) {
        self.path = path
        self.keep = keep
        file = HistoryFile(path: path, patience: patience, isShared: isShared)
    }

    // MARK: - Writing

    package func record(run record: HistoryRecord) throws(HistoryError) {
        try file.write { db in
            try HistoryWriter(db: db, cluster: record.cluster).record(record)
            if let keep {
                // A run whose clock was ahead makes no other one old.
                let now = min(record.run.ended, Int(Date().timeIntervalSince1970))
                _ = try HistoryPruner(db: db).prune(before: now - keep, limit: Self.pruneLimit)
            }
        }
    }

    package func record(actions: [NodeAction], cluster: String) throws(HistoryError) {
        guard !actions.isEmpty else { return }
        try file.write { db in
            for action in actions { try action.insert(db, cluster: cluster) }
        }
    }

    package func prune(before: Int) throws(HistoryError) -> Int {
        // Where nothing was kept there is nothing to remove.
        guard try file.read({ _ in }) != nil else { return 0 }
        return try file.write { db in try HistoryPruner(db: db).prune(before: before, limit: nil) }
    }

    package func forget(
        _ what: HistoryOblivion, cluster: String
    ) throws(HistoryError) -> ForgottenHistory {
        // Where nothing was kept there is nothing to forget.
        guard try file.read({ _ in }) != nil else { return ForgottenHistory() }
        return try file.write { db in try HistoryForgetting(db: db, cluster: cluster).forget(what) }
    }

    // MARK: - Reading

    package func standings(cluster: String) throws(HistoryError) -> [NodeStanding] {
        try file.read { db in
            var standings: [NodeStanding] = []
            try Standing.each(db, cluster: cluster) { standings.append($0) }
            return standings
        } ?? []
    }

    package func runs(
        cluster: String, filter: HistoryFilter
    ) throws(HistoryError) -> [HistoryRun] {
        try file.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM runs r WHERE \(HistoryQuery.runs)
                    ORDER BY ended DESC, key DESC LIMIT :limit
                    """,
                arguments: StatementArguments(
                    HistoryQuery.arguments(cluster: cluster, filter: filter)))
            return try rows.reversed().map(HistoryRun.init)
        } ?? []
    }

    package func history(
        node: String, cluster: String, filter: HistoryFilter
    ) throws(HistoryError) -> [HistoryVerdict] {
        try file.read { db in
            // The order is the query's: a look per run at the rows of that run.
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT r.id, r.check_name, r.ended, r.user, v.*
                    FROM runs r CROSS JOIN nodes n ON n.cluster = :cluster AND n.name = :node
                    CROSS JOIN verdicts v ON v.run = r.key AND v.node = n.id
                    WHERE \(HistoryQuery.runs) ORDER BY r.ended DESC, r.key DESC LIMIT :limit
                    """,
                arguments: StatementArguments(
                    HistoryQuery.arguments(cluster: cluster, filter: filter)
                        .merging(["node": node]) { $1 }))
            return try rows.reversed().map { try HistoryVerdict($0, node: node) }
        } ?? []
    }

    package func missing(of runs: [String], cluster: String) throws(HistoryError) -> [String] {
        let known = try file.read { db in
            try Set(
                Row.fetchAll(
                    db, sql: "SELECT id FROM runs WHERE cluster = ?", arguments: [cluster]
                ).map { try $0.value("id") as String })
        }
        return runs.filter { known?.contains($0) != true }
    }

    package func actions(
        node: String?, cluster: String, filter: HistoryFilter
    ) throws(HistoryError) -> [NodeAction] {
        try file.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM actions WHERE cluster = :cluster AND time >= :since
                    AND (:node IS NULL OR node = :node) ORDER BY time DESC, id DESC LIMIT :limit
                    """,
                arguments: [
                    "cluster": cluster, "since": filter.since ?? 0, "node": node,
                    "limit": filter.limit ?? -1,
                ])
            return try rows.reversed().map(NodeAction.init)
        } ?? []
    }
}

/// What the queries for runs have in common.
enum HistoryQuery {
    /// The condition on `runs r`.
    static let runs = """
        r.cluster = :cluster AND r.ended >= :since AND (:check IS NULL OR r.check_name = :check
        OR substr(r.check_name, 1, length(:check) + 1) = :check || ' ')
        """

    /// The arguments of the condition, and the limit: -1 is none to SQLite.
    static func arguments(
        cluster: String, filter: HistoryFilter
    ) -> [String: (any DatabaseValueConvertible)?] {
        [
            "cluster": cluster, "since": filter.since ?? 0, "check": filter.check,
            "limit": filter.limit ?? -1,
        ]
    }
}
