internal import GRDB
import Verdicts

/// Plays the runs that are kept once more, as if there had been no others.
struct HistoryReplay {
    let db: Database
    let cluster: String
    /// What runs of fleets that did not keep it looked at, by the name of the check.
    var known: [String: CheckScope] = [:]

    /// The standings of a node after all of its runs.
    ///
    /// - Parameter node: Its number.
    /// - Returns: One for each scope that was looked at.
    /// - Throws: What SQLite says, a ``HistoryObstacle``.
    func standings(of node: Int64) throws -> [NodeStanding] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT r.id, r.check_name, r.ended, r.user, r.scopes, v.* FROM runs r
                JOIN verdicts v ON v.run = r.key AND v.node = ?
                WHERE r.cluster = ? ORDER BY r.ended, r.key
                """, arguments: [node, cluster])
        var standings: [NodeStanding] = []
        while let row = try rows.next() {
            let verdict = try HistoryVerdict(row, node: "")
            guard HistoryRecord.counts(verdict) else { continue }
            let scopes = try scopes(row)
            let said = try StoredParts.read(row, verdict, of: scopes)
            for result in said.results { take(result, of: verdict, into: &standings) }
            guard scopes.count > 1 else { continue }
            // A check that is not for the node any more: nothing stands there.
            let told = said.results.map(\.scope) + said.forgotten
            standings.removeAll { scopes.contains($0.scope) && !told.contains($0.scope) }
        }
        return standings
    }

    /// What a run looked at, on any node.
    func scopes(_ row: Row) throws -> [CheckScope] {
        if let text: String = try row.optional("scopes") {
            return try StoredList.value(text, "scopes")
        }
        let name: String = try row.value("check_name")
        return known[name].map { [$0] } ?? []
    }

    private func take(
        _ result: CheckResult, of verdict: HistoryVerdict, into standings: inout [NodeStanding]
    ) {
        let look = Standing.Look(
            result, time: verdict.time, run: verdict.run, user: verdict.user)
        let message = result.findings.isEmpty ? verdict.reason : nil
        for moved in NodeStanding.moved(standings, node: "", by: look, message: message) {
            if let place = standings.firstIndex(where: { $0.scope.name == moved.scope.name }) {
                standings[place] = moved
            } else {
                standings.append(moved)
            }
        }
    }
}
