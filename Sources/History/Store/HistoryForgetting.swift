internal import GRDB
import Verdicts

/// Forgets within a transaction, and makes the standings anew from the runs that are left.
struct HistoryForgetting {
    let db: Database
    let cluster: String

    /// Forgets.
    ///
    /// - Returns: How much was there.
    /// - Throws: What SQLite says, a ``HistoryObstacle``.
    func forget(_ what: HistoryOblivion) throws -> ForgottenHistory {
        var forgotten = ForgottenHistory()
        let runs = try Row.fetchAll(
            db, sql: "SELECT key, id, check_name FROM runs WHERE cluster = ?", arguments: [cluster]
        ).map {
            (
                key: try $0.value("key") as Int64, id: try $0.value("id") as String,
                check: try $0.value("check_name") as String
            )
        }
        .filter { what.runs.isEmpty || what.runs.contains($0.id) }
        .filter { HistoryFilter(check: what.check).takes(check: $0.check) }
        let nodes = try nodes(what.nodes)
        var touched: Set<Int64> = []
        for run in runs {
            touched.formUnion(try nodesOf(run.key).filter { nodes?.contains($0) ?? true })
            forgotten.verdicts += try remove(run.key, nodes)
            let left = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM verdicts WHERE run = ?", arguments: [run.key])
            guard left == 0 else { continue }
            try db.execute(sql: "DELETE FROM runs WHERE key = ?", arguments: [run.key])
            forgotten.runs += 1
        }
        forgotten.standings = try standAnew(what, touched, nodes: nodes, runs: Set(runs.map(\.id)))
        return forgotten
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

    private func remove(_ run: Int64, _ nodes: Set<Int64>?) throws -> Int {
        guard let nodes else {
            try db.execute(sql: "DELETE FROM verdicts WHERE run = ?", arguments: [run])
            return db.changesCount
        }
        var count = 0
        for node in nodes {
            try db.execute(
                sql: "DELETE FROM verdicts WHERE run = ? AND node = ?", arguments: [run, node])
            count += db.changesCount
        }
        return count
    }

    /// Removes the standings in which what is gone had a say, and plays again what is left of their runs.
    private func standAnew(
        _ what: HistoryOblivion, _ touched: Set<Int64>, nodes: Set<Int64>?, runs: Set<String>
    ) throws -> Int {
        var gone = 0
        let statement = try Standing.statement(db)
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT n.name, s.* FROM nodes n JOIN standing s ON s.node = n.id
                WHERE n.cluster = ?
                """, arguments: [cluster])
        for row in rows {
            let node: Int64 = try row.value("node")
            let check: String = try row.value("check_name")
            let run: String = try row.value("run")
            guard nodes?.contains(node) ?? true else { continue }
            // A run that makes several checks at once has another name than they have.
            let isOld = what.runs.isEmpty && HistoryFilter(check: what.check).takes(check: check)
            guard isOld || runs.contains(run) || touched.contains(node) && what.check == nil else {
                continue
            }
            try db.execute(
                sql: "DELETE FROM standing WHERE node = ? AND check_name = ?",
                arguments: [node, check])
            gone += 1
            let text: String? = try row.optional("scope")
            let scope: CheckScope =
                try text.map { try StoredList.value($0, "scope") }
                ?? CheckScope(check)
            try replayed(node, scope)?.write(statement, node: node, scope: scope)
        }
        return gone
    }

    /// The standing of the runs of the very scope that are left; nil where there is none: then nothing is known.
    private func replayed(_ node: Int64, _ scope: CheckScope) throws -> Standing? {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT r.id, r.check_name, r.ended, r.user, v.* FROM runs r
                JOIN verdicts v ON v.run = r.key AND v.node = ?
                WHERE r.cluster = ? AND r.check_name = ? ORDER BY r.ended, r.key
                """, arguments: [node, cluster, scope.name])
        var standing: Standing?
        for row in rows {
            let verdict = try HistoryVerdict(row, node: "")
            guard HistoryRecord.counts(verdict) else { continue }
            let look = Standing.Look(
                CheckResult(
                    scope, findings: verdict.findings.map(\.finding),
                    unseen: try StoredList.read(row.optional("unseen"), "unseen")),
                time: verdict.time, run: verdict.run, user: verdict.user)
            standing =
                if let earlier = standing {
                    earlier.followed(by: look, message: verdict.message) ?? earlier
                } else {
                    Standing(look, message: verdict.message)
                }
        }
        return standing
    }
}
