internal import GRDB
import Verdicts

/// Forgets within a transaction, and makes the standings anew from the runs that are left.
struct HistoryForgetting {
    let db: Database
    let cluster: String

    /// A run of which something may be forgotten.
    private struct Run {
        let key: Int64
        let id: String
        let check: String
        /// What it looked at; empty where that was not kept.
        let scopes: [CheckScope]
    }

    /// Forgets.
    ///
    /// - Returns: How much was there.
    /// - Throws: What SQLite says, a ``HistoryObstacle``.
    func forget(_ what: HistoryOblivion) throws -> ForgottenHistory {
        var forgotten = ForgottenHistory()
        let filter = HistoryFilter(check: what.check)
        let wanted = try nodes(what.nodes)
        // The checks of which something is forgotten, by node: the names that scopes share.
        var touched: [Int64: Set<String>] = [:]
        for run in try runs() where what.runs.isEmpty || what.runs.contains(run.id) {
            let isWhole = filter.takes(check: run.check)
            let taken = run.scopes.filter { isWhole || filter.takes(check: $0.name) }
            guard isWhole || !taken.isEmpty else { continue }
            let nodes = try nodesOf(run.key).filter { wanted?.contains($0) ?? true }
            for node in nodes {
                touched[node, default: []].formUnion(
                    taken.isEmpty ? [run.check] : taken.map(\.check))
            }
            guard isWhole else {
                forgotten.verdicts += try cut(run, nodes, taken)
                continue
            }
            for node in nodes {
                try db.execute(
                    sql: "DELETE FROM verdicts WHERE run = ? AND node = ?",
                    arguments: [run.key, node])
                forgotten.verdicts += db.changesCount
            }
            guard try nodesOf(run.key).isEmpty else { continue }
            try db.execute(sql: "DELETE FROM runs WHERE key = ?", arguments: [run.key])
            forgotten.runs += 1
        }
        forgotten.standings = try standAnew(what, touched, nodes: wanted)
        return forgotten
    }

    private func runs() throws -> [Run] {
        let replay = HistoryReplay(db: db, cluster: cluster)
        return try Row.fetchAll(
            db, sql: "SELECT key, id, check_name, scopes FROM runs WHERE cluster = ?",
            arguments: [cluster]
        ).map { row in
            Run(
                key: try row.value("key"), id: try row.value("id"),
                check: try row.value("check_name"), scopes: try replay.scopes(row))
        }
    }

    /// The numbers of nodes; nil for all.
    private func nodes(_ names: [String]) throws -> Set<Int64>? {
        guard !names.isEmpty else { return nil }
        let wanted = Set(names)
        return Set(
            try Row.fetchAll(
                db, sql: "SELECT id, name FROM nodes WHERE cluster = ?", arguments: [cluster]
            ).filter { wanted.contains(try $0.value("name")) }.map { try $0.value("id") })
    }

    private func nodesOf(_ run: Int64) throws -> [Int64] {
        try Row.fetchAll(db, sql: "SELECT node FROM verdicts WHERE run = ?", arguments: [run])
            .map { try $0.value("node") }
    }

    /// Forgets what a run of several checks said of some of them; its rows stay.
    ///
    /// - Returns: How many rows had something of it.
    private func cut(_ run: Run, _ nodes: [Int64], _ scopes: [CheckScope]) throws -> Int {
        var count = 0
        for node in nodes {
            guard
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT r.id, r.check_name, r.ended, r.user, v.* FROM runs r
                        JOIN verdicts v ON v.run = r.key AND v.node = ? WHERE r.key = ?
                        """, arguments: [node, run.key])
            else { continue }
            let verdict = try HistoryVerdict(row, node: "")
            let said = try StoredParts.read(row, verdict, of: run.scopes)
            let rest = said.results.filter { !scopes.contains($0.scope) }
            guard rest.count < said.results.count else { continue }
            let parts = StoredParts(
                rest, in: verdict.findings, of: run.scopes, without: said.forgotten + scopes)
            try db.execute(
                sql: "UPDATE verdicts SET parts = ? WHERE run = ? AND node = ?",
                arguments: [try parts.text, run.key, node])
            count += 1
        }
        return count
    }

    /// Removes the standings in which what is gone had a say, and plays again what is left.
    private func standAnew(
        _ what: HistoryOblivion, _ touched: [Int64: Set<String>], nodes: Set<Int64>?
    ) throws -> Int {
        var gone: [Int64: [String: CheckScope]] = [:]
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT n.name, s.* FROM nodes n JOIN standing s ON s.node = n.id
                WHERE n.cluster = ?
                """, arguments: [cluster])
        for row in rows {
            let node: Int64 = try row.value("node")
            guard nodes?.contains(node) ?? true else { continue }
            let check: String = try row.value("check_name")
            let text: String? = try row.optional("scope")
            let scope: CheckScope =
                try text.map { try StoredList.value($0, "scope") } ?? CheckScope(check)
            let isNamed = what.runs.isEmpty && HistoryFilter(check: what.check).takes(check: check)
            guard isNamed || hadSay(touched[node], in: scope) else { continue }
            gone[node, default: [:]][check] = scope
        }
        for (node, scopes) in gone { try standAnew(node, scopes) }
        return gone.values.reduce(0) { $0 + $1.count }
    }

    private func hadSay(_ checks: Set<String>?, in scope: CheckScope) -> Bool {
        checks?.contains(scope.check) == true || checks?.contains(scope.name) == true
    }

    private func standAnew(_ node: Int64, _ scopes: [String: CheckScope]) throws {
        for name in scopes.keys {
            try db.execute(
                sql: "DELETE FROM standing WHERE node = ? AND check_name = ?",
                arguments: [node, name])
        }
        let statement = try Standing.statement(db)
        let left = try HistoryReplay(db: db, cluster: cluster, known: scopes).standings(of: node)
        for standing in left where scopes[standing.scope.name] != nil {
            try standing.standing.write(statement, node: node, scope: standing.scope)
        }
    }
}
