import FoundationEssentials
import Terminal
package import Verdicts

/// What `--explain` prints about kinds of finding.
package struct FindingExplanation {
    private let catalogue: FindingCatalogue

    /// Explains from a catalogue.
    package init(_ catalogue: FindingCatalogue) {
        self.catalogue = catalogue
    }

    /// Prints the explanation of a code, or of all codes; needs no Slurm.
    ///
    /// - Throws: A ``UsageError`` for a code that is not known; an error when standard output cannot be written.
    package func print(_ code: String) throws {
        let console = Console(environment: ProcessInfo.processInfo.environment)
        guard let lines = lines(code, width: console.columns) else {
            let near = near(code)
            let hint = near.isEmpty ? "--explain all lists them" : near.joined(separator: ", ")
            throw UsageError("--explain \(code): there is no such finding; \(hint).")
        }
        for line in lines { try console.print(line) }
    }

    /// The lines about a code, or about all codes; nil for an unknown code.
    package func lines(_ code: String, width: Int?) -> [String]? {
        if code == "all" {
            let blocks = catalogue.all.map { lines($0, width: width) }
            return Array(blocks.joined(separator: [""]))
        }
        return catalogue.kind(of: code).map { lines($0, width: width) }
    }

    private func lines(_ kind: FindingKind, width: Int?) -> [String] {
        let parts = [
            ("meaning", kind.meaning), ("source", kind.source), ("what to do", kind.action),
        ]
        var table = Table([
            Table.Column(kind.code, minimum: 12), Table.Column(kind.severity.rawValue),
        ])
        for (title, text) in parts { table.add(["  " + title, text]) }
        return table.lines(width: width)
    }

    /// Known codes that are similar to an unknown one.
    package func near(_ code: String) -> [String] {
        guard let word = code.split(separator: ".").last else { return [] }
        return catalogue.all.map(\.code).filter { $0.contains(word) || code.contains($0) }
    }
}
