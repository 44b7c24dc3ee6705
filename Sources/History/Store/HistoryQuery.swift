internal import GRDB

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
