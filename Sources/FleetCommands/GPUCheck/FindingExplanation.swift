import FleetCore

/// What `--explain` prints about kinds of finding.
package enum FindingExplanation {
    /// The lines about a code, or about all; nil for a code that is not known.
    package static func lines(_ code: String, width: Int?) -> [String]? {
        if code == "all" {
            let blocks = FindingCatalogue.all.map { lines($0, width: width) }
            return Array(blocks.joined(separator: [""]))
        }
        return FindingCatalogue.kind(of: code).map { lines($0, width: width) }
    }

    private static func lines(_ kind: FindingKind, width: Int?) -> [String] {
        let parts = [
            ("meaning", kind.meaning), ("source", kind.source), ("what to do", kind.action),
        ]
        var table = Table([
            Table.Column(kind.code, minimum: 12), Table.Column(kind.severity.rawValue),
        ])
        for (title, text) in parts { table.add(["  " + title, text]) }
        return table.lines(width: width)
    }

    /// Codes that look like one that is not known.
    package static func near(_ code: String) -> [String] {
        let word = code.split(separator: ".").last.map(String.init) ?? code
        return FindingCatalogue.all.map(\.code).filter { $0.contains(word) || code.contains($0) }
    }
}
