import FanOut
import Reports
package import Terminal
package import Verdicts

/// The table of `fleet check`: equal nodes share a line with the values they have in common, the worst first.
package struct CheckTable: ReportTable {
    package let columns = [Table.Column("VERDICT")]
    package let printsAtEnd = true
    private let definition: ProbeDefinition

    /// Makes the table of a probe.
    package init(_ definition: ProbeDefinition) {
        self.definition = definition
    }

    package func rows(for report: NodeReport) -> [[String]] {
        [[report.verdictWord]]
    }

    package func lines(for reports: [NodeReport], width: Int?) -> [String] {
        let folded = FoldedTable(columns, reports) { report in
            FoldedTable.Group(
                nodes: [report.result.node], cells: [report.verdictWord],
                details: report.verdict == .ok ? common(report) : report.why, rank: report.rank)
        }
        return folded.lines(width: width) + ClosingLines.lines(for: reports, width: width)
    }

    /// The values that healthy nodes share, in one text.
    private func common(_ report: NodeReport) -> [String] {
        let facts = report.judgement?.facts ?? [:]
        let values = definition.baseline.compactMap { common in
            facts[common.field]?.word.map { "\(common.field) \($0)" }
        }
        return values.isEmpty ? [] : [values.joined(separator: "; ")]
    }
}
