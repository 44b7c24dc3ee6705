internal import GRDB
import Verdicts

/// What a row of `verdicts` says of which check, as its column keeps it: a run may be made of several checks.
struct StoredParts {
    /// What it says of one check.
    private struct Part: Codable {
        /// The place of its scope in the run's column `scopes`.
        var scope: Int
        var findings: [HistoryFinding]?
        var unseen: [String]?
        var verified: [String]?
        /// The codes among the findings, and among what was left out, that say that something could not be checked.
        var blinding: [String]?
        /// Whether what it said was forgotten: then it is not that the check was not for the node.
        var isForgotten: Bool?

        // A row for each node of each sweep: what is usual must be short.
        enum CodingKeys: String, CodingKey {
            case scope = "s"
            case findings = "f"
            case unseen = "u"
            case verified = "v"
            case blinding = "b"
            case isForgotten = "x"
        }
    }

    private let parts: [Part]
    /// Whether the row's own columns say all of it.
    private let isPlain: Bool

    /// What a run looked at on any of its nodes.
    static func scopes(of record: HistoryRecord) -> [CheckScope] {
        Set(record.results.values.joined().map(\.scope)).sorted { $0.name < $1.name }
    }

    /// Takes what a row says.
    ///
    /// - Parameters:
    ///   - results: What it says.
    ///   - row: The row's own findings.
    ///   - scopes: What the run looked at.
    ///   - forgotten: What it said once of, and does no more.
    init(
        _ results: [CheckResult], in row: [HistoryFinding], of scopes: [CheckScope],
        without forgotten: [CheckScope] = []
    ) {
        func some<Element>(_ list: [Element]) -> [Element]? { list.isEmpty ? nil : list }
        let said = results.compactMap { result -> Part? in
            guard let place = scopes.firstIndex(of: result.scope) else { return nil }
            let blinding = result.blinding.intersection(
                result.findings.map(\.code) + result.scope.skip)
            return Part(
                scope: place, findings: some(result.findings.map(HistoryFinding.init)),
                unseen: some(result.unseen), verified: some(result.verified),
                blinding: some(blinding.sorted()))
        }
        let gone = forgotten.compactMap(scopes.firstIndex(of:)).map {
            Part(scope: $0, isForgotten: true)
        }
        parts = said + gone
        isPlain =
            scopes.isEmpty
            || scopes.count == 1 && gone.isEmpty && said.count == 1 && said[0].verified == nil
                && said[0].blinding == nil && (said[0].findings ?? []) == row
    }

    /// The column's text; nil where the row's other columns say all of it.
    var text: String? { get throws { isPlain ? nil : try StoredList.text(of: parts) } }

    /// What a row says, read again.
    ///
    /// - Parameters:
    ///   - row: A row of `verdicts`.
    ///   - verdict: The same, read.
    ///   - scopes: What the run looked at.
    /// - Returns: What it says of which check, and of which it said something that was forgotten.
    /// - Throws: A ``HistoryObstacle``.
    static func read(
        _ row: Row, _ verdict: HistoryVerdict, of scopes: [CheckScope]
    ) throws -> (results: [CheckResult], forgotten: [CheckScope]) {
        guard let text: String = try row.optional("parts") else {
            guard let scope = scopes.first, scopes.count == 1 else { return ([], []) }
            let result = CheckResult(
                scope, findings: verdict.findings.map(\.finding),
                unseen: try StoredList.read(row.optional("unseen"), "unseen"))
            return ([result], [])
        }
        let parts: [Part] = try StoredList.value(text, "parts")
        guard parts.allSatisfy({ scopes.indices.contains($0.scope) }) else {
            throw HistoryObstacle.value("column parts names what the run did not look at")
        }
        let results = parts.filter { $0.isForgotten != true }.map { part in
            CheckResult(
                scopes[part.scope], findings: (part.findings ?? []).map(\.finding),
                unseen: part.unseen ?? [], verified: part.verified ?? [],
                blinding: Set(part.blinding ?? []))
        }
        return (results, parts.filter { $0.isForgotten == true }.map { scopes[$0.scope] })
    }
}
