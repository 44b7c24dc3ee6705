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
        guard let key = try insert(record.run) else { return }
        let nodes = try nodeIDs(record.verdicts.map(\.node))
        let statement = try db.makeStatement(
            sql: "INSERT OR IGNORE INTO verdicts VALUES (?, ?, ?, ?, ?, ?)")
        for verdict in record.verdicts {
            guard let node = nodes[verdict.node] else { continue }
            let findings =
                verdict.findings.isEmpty
                ? nil : String(decoding: try JSONEncoder().encode(verdict.findings), as: UTF8.self)
            try statement.execute(arguments: [
                key, node, verdict.outcome.rawValue, verdict.verdict?.rawValue, findings,
                verdict.reason,
            ])
        }
        for part in record.parts {
            try stand(
                part.verdicts.filter(HistoryRecord.counts), check: part.standingName, nodes: nodes)
            let forget = try db.makeStatement(
                sql: "DELETE FROM standing WHERE check_name = ? AND node = ? AND time <= ?")
            for node in part.notFor.compactMap({ nodes[$0] }) {
                try forget.execute(arguments: [part.standingName, node, record.run.ended])
            }
        }
        guard let check = record.standingName else { return }
        try stand(record.verdicts.filter(HistoryRecord.counts), check: check, nodes: nodes)
    }

    /// The new run's key; nil where the run is there already.
    private func insert(_ run: HistoryRun) throws -> Int64? {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO runs (cluster, id, check_name, command, user, started, ended,
                    interrupted, ok, warn, unknown, fail, not_run)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                cluster, run.id, run.check,
                String(decoding: try JSONEncoder().encode(run.command), as: UTF8.self), run.user,
                run.started, run.ended, run.wasInterrupted, run.counts.ok, run.counts.warn,
                run.counts.unknown, run.counts.fail, run.counts.notRun,
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

    /// Moves every node's standing on.
    private func stand(
        _ verdicts: [HistoryVerdict], check: String, nodes: [String: Int64]
    ) throws {
        var known: [Int64: Standing] = [:]
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT s.* FROM nodes n JOIN standing s ON s.node = n.id AND s.check_name = ?
                WHERE n.cluster = ?
                """, arguments: [check, cluster])
        while let row = try rows.next() { known[try row.value("node")] = try Standing(row) }
        let statement = try Standing.statement(db)
        for row in verdicts {
            guard let node = nodes[row.node], let verdict = row.verdict else { continue }
            let standing =
                if let earlier = known[node] {
                    earlier.followed(
                        by: verdict, time: row.time, run: row.run, message: row.message)
                } else {
                    Standing(verdict: verdict, time: row.time, run: row.run, message: row.message)
                }
            if let standing {
                try standing.write(statement, node: node, check: check)
            }
        }
    }
}
