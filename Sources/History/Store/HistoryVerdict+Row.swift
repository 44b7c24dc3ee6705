import FoundationEssentials
internal import GRDB

extension HistoryVerdict {
    /// Reads a row of `verdicts`, joined with its run.
    ///
    /// - Throws: A ``HistoryObstacle``.
    init(_ row: Row, node: String) throws {
        let findings: String? = try row.optional("findings")
        self.init(
            node: node, run: try row.value("id"), check: try row.value("check_name"),
            time: try row.value("ended"), outcome: try row.mustBe("outcome"),
            verdict: try row.word("verdict"),
            findings: try findings.map { text in
                do {
                    return try JSONDecoder().decode([HistoryFinding].self, from: Data(text.utf8))
                } catch {
                    throw HistoryObstacle.value("the findings of \(node) are no JSON")
                }
            } ?? [], reason: try row.optional("reason"),
            user: try row.optional("user"))
    }
}
