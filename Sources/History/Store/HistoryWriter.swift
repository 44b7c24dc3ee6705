import FanOut
import FoundationEssentials
internal import GRDB
import Verdicts

/// Writes one run within a transaction.
struct HistoryWriter {
    let db: Database
    let cluster: String

    /// Writes run, rows and what they change; nothing where the run is there already.
    func record(_ record: HistoryRecord) throws {
        let scopes = StoredParts.scopes(of: record)
        guard let key = try insert(record.run, scopes) else { return }
        let nodes = try nodeIDs(record.verdicts.map(\.node))
        let statement = try db.makeStatement(
            sql: "INSERT OR IGNORE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        for verdict in record.verdicts {
            guard let node = nodes[verdict.node] else { continue }
            let unseen = record.results[verdict.node]?.flatMap(\.unseen) ?? []
            try statement.execute(arguments: [
                key, node, verdict.outcome.rawValue, verdict.verdict?.rawValue,
                try StoredList.text(verdict.findings), verdict.reason, try StoredList.text(unseen),
                try StoredParts(
                    record.results[verdict.node] ?? [], in: verdict.findings, of: scopes
                ).text,
            ])
        }
        try stand(record, nodes: nodes)
        let forget = try db.makeStatement(
            sql: "DELETE FROM standing WHERE check_name = ? AND node = ? AND time <= ?")
        for (check, names) in record.notFor {
            for node in names.compactMap({ nodes[$0] }) {
                try forget.execute(arguments: [check, node, record.run.ended])
            }
        }
    }

    /// The new run's key; nil where the run is there already.
    private func insert(_ run: HistoryRun, _ scopes: [CheckScope]) throws -> Int64? {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO runs (cluster, id, check_name, command, user, started, ended,
                    interrupted, ok, warn, unknown, fail, not_run, scopes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                cluster, run.id, run.check,
                String(decoding: try JSONEncoder().encode(run.command), as: UTF8.self), run.user,
                run.started, run.ended, run.wasInterrupted, run.counts.ok, run.counts.warn,
                run.counts.unknown, run.counts.fail, run.counts.notRun,
                try StoredList.text(scopes),
            ])
        return db.changesCount > 0 ? db.lastInsertedRowID : nil
    }

    /// The numbers of nodes, new ones included.
    private func nodeIDs(_ names: [String]) throws -> [String: Int64] {
        var known: [String: Int64] = [:]
        let rows = try Row.fetchCursor(
            db, sql: "SELECT name, id FROM nodes WHERE cluster = ?", arguments: [cluster])
        while let row = try rows.next() { known[try row.value("name")] = try row.value("id") }
        let insert = try db.makeStatement(sql: "INSERT INTO nodes (cluster, name) VALUES (?, ?)")
        for name in names where known[name] == nil {
            try insert.execute(arguments: [cluster, name])
            known[name] = db.lastInsertedRowID
        }
        return known
    }

    /// Moves the standings on that the run has a say in: those of its own scopes, and of narrower ones.
    private func stand(_ record: HistoryRecord, nodes: [String: Int64]) throws {
        let checks = Set(record.results.values.joined().map(\.scope.check))
        guard !checks.isEmpty else { return }
        let reasons = Dictionary(
            record.verdicts.map { ($0.node, $0.reason) }, uniquingKeysWith: { first, _ in first })
        var known: [String: [NodeStanding]] = [:]
        try Standing.each(db, cluster: cluster) { standing in
            guard checks.contains(standing.scope.check) else { return }
            known[standing.node, default: []].append(standing)
        }
        let statement = try Standing.statement(db)
        for (node, results) in record.results {
            guard let id = nodes[node] else { continue }
            for result in results {
                // A node that did not answer has no finding of its own, but a reason. What other parts of the same row
                // found is not this check's.
                let message = result.findings.isEmpty ? reasons[node] ?? nil : nil
                let look = Standing.Look(
                    result, time: record.run.ended, run: record.run.id, user: record.run.user)
                for moved in NodeStanding.moved(
                    known[node] ?? [], node: node, by: look, message: message)
                {
                    try moved.standing.write(statement, node: id, scope: moved.scope)
                }
            }
        }
    }
}
