import FanOut
import SlurmKit
import Terminal
package import Verdicts

/// The lines below a folded table: what was not checked, and which nodes another launcher reached.
package enum ClosingLines {
    /// The lines; empty when there is nothing to report.
    package static func lines(for reports: [NodeReport], width: Int?) -> [String] {
        let texts = checks(reports) + launchers(reports) + undecided(reports)
        guard !texts.isEmpty else { return [] }
        return [""]
            + texts.map(TerminalText.visible).flatMap { text in
                width.map {
                    TerminalText.wrap(text, columns: max(20, $0 - 2), after: [","]).enumerated()
                        .map { ($0.offset == 0 ? "" : "  ") + $0.element }
                } ?? [text]
            }
    }

    /// How many of the checks ran on how many nodes, and why not all.
    private static func checks(_ reports: [NodeReport]) -> [String] {
        grouped(reports) { report in
            report.judgement.flatMap { CheckCoverage($0.facts) }?.words
        }
    }

    /// Up to this many different notes are listed one by one.
    private static let mostNotes = 8

    /// Nodes that were reached by another launcher, and why.
    private static func launchers(_ reports: [NodeReport]) -> [String] {
        let notes = Set(reports.compactMap { $0.judgement == nil ? nil : $0.result.note })
        return grouped(reports) { report in
            guard report.judgement != nil, let note = report.result.note else { return nil }
            let launcher = report.result.launcher?.rawValue ?? "?"
            return notes.count > mostNotes
                ? "reached by launcher \(launcher); why: --wide" : "[\(launcher): \(note)]"
        }
    }

    /// A line about nodes that had nothing to be compared with.
    private static func undecided(_ reports: [NodeReport]) -> [String] {
        var seen: Set<String> = []
        return reports.flatMap { $0.judgement?.findings ?? [] }
            .filter { $0.severity == .info && $0.code.contains(".odd.") }
            .map(\.message).filter { seen.insert($0).inserted }
            .map { "not compared: \($0)" }
    }

    /// `NODES (COUNT): WORDS` for each text, the one with the most nodes first.
    private static func grouped(
        _ reports: [NodeReport], by words: (NodeReport) -> String?
    ) -> [String] {
        var nodes: [String: [String]] = [:]
        var order: [String] = []
        for report in reports {
            guard let text = words(report) else { continue }
            if nodes[text] == nil { order.append(text) }
            nodes[text, default: []].append(report.result.node)
        }
        order.sort { (nodes[$0] ?? []).count > (nodes[$1] ?? []).count }
        return order.map { text in
            let names = nodes[text] ?? []
            let count = names.count == 1 ? "" : " (\(names.count) nodes)"
            return "\(Hostlist.fold(names))\(count): \(text)"
        }
    }
}
