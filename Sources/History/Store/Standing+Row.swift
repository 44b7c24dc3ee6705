import FoundationEssentials
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
        user = try row.optional("user")
        before = try row.word("before")
        since = try row.value("since")
        runs = try row.value("runs")
        failedSince = try row.optional("failed_since")
        failures = try row.value("failures")
        oddSince = try row.optional("odd_since")
        recent = try row.value("recent")
        findings = try StoredList.read(row.optional("findings"), "findings")
        unseen = try StoredList.read(row.optional("unseen"), "unseen")
        verified = try StoredList.read(row.optional("verified"), "verified")
        let worst: Verdict? = try row.word("worst")
        problem = try worst.map {
            Problem(
                worst: $0, runs: try row.value("problem_runs"),
                message: try row.optional("problem"),
                codes: try StoredList.read(row.optional("codes"), "codes"))
        }
    }

    /// Every standing of a cluster.
    ///
    /// - Parameters:
    ///   - db: The database.
    ///   - cluster: The cluster.
    ///   - body: Takes each.
    /// - Throws: A ``HistoryObstacle``, what SQLite says, what the body throws.
    static func each(
        _ db: Database, cluster: String, _ body: (NodeStanding) throws -> Void
    ) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT n.name, s.* FROM nodes n JOIN standing s ON s.node = n.id
                WHERE n.cluster = ?
                """, arguments: [cluster])
        // A few scopes stand behind thousands of rows.
        var scopes: [String: CheckScope] = [:]
        while let row = try rows.next() {
            let name: String = try row.value("check_name")
            let text: String? = try row.optional("scope")
            let scope: CheckScope
            if let text {
                scope = try scopes[text] ?? StoredList.value(text, "scope")
                scopes[text] = scope
            } else {
                scope = CheckScope(name)
            }
            try body(
                NodeStanding(
                    node: try row.value("name"), scope: scope, standing: try Standing(row)))
        }
    }

    /// What ``write(_:node:scope:)`` executes.
    static func statement(_ db: Database) throws -> Statement {
        try db.makeStatement(
            sql: """
                INSERT OR REPLACE INTO standing
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
    }

    /// Writes a row of `standing`.
    func write(_ statement: Statement, node: Int64, scope: CheckScope) throws {
        try statement.execute(arguments: [
            node, scope.name, verdict.rawValue, time, run, message, before?.rawValue, since, runs,
            failedSince, failures, problem?.worst.rawValue, problem?.runs, problem?.message,
            user, recent, scope.isPlain ? nil : try StoredList.text(of: scope),
            try StoredList.text(findings), try StoredList.text(unseen),
            try StoredList.text(verified), try StoredList.text(problem?.codes ?? []),
            oddSince,
        ])
    }
}

/// Lists in a column, as JSON; none is NULL.
enum StoredList {
    /// The column's text of a list.
    static func text(_ list: [some Encodable]) throws -> String? {
        list.isEmpty ? nil : try text(of: list)
    }

    /// The column's text of a value.
    static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        // One scope is one text.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The list of a column.
    ///
    /// - Throws: A ``HistoryObstacle`` for what is no such list.
    static func read<Element: Decodable>(_ text: String?, _ column: String) throws -> [Element] {
        guard let text else { return [] }
        return try value(text, column)
    }

    /// The value of a column.
    ///
    /// - Throws: A ``HistoryObstacle`` for what is no such value.
    static func value<Value: Decodable>(_ text: String, _ column: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw HistoryObstacle.value("column \(column) has no such JSON")
        }
    }
}
