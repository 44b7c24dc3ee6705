import FanOut
import Reports
package import Terminal
package import Verdicts

/// The table of `fleet health --changed-only`: what is new, worse or fixed, nodes that changed alike on one line.
package struct HealthChangeTable: ReportTable {
    package let columns = [
        Table.Column("CHANGE"), Table.Column("WAS"), Table.Column("VERDICT"),
    ]
    package let printsAtEnd = true
    private let baseline: HealthBaseline

    /// Compares with a baseline.
    package init(_ baseline: HealthBaseline) {
        self.baseline = baseline
    }

    package func rows(for report: NodeReport) -> [[String]] {
        [cells(report, change(of: report))]
    }

    private func change(of report: NodeReport) -> HealthChange? {
        HealthChange(
            report, earlier: baseline.rows[report.result.node],
            wasReached: baseline.reached[report.result.node])
    }

    private func cells(_ report: NodeReport, _ change: HealthChange?) -> [String] {
        [change?.kind.rawValue ?? "-", change?.before?.rawValue ?? "-", report.verdictWord]
    }

    package func lines(for reports: [NodeReport], width: Int?) -> [String] {
        guard !reports.isEmpty else { return [] }
        let folded = FoldedTable(columns, reports) { report in
            let change = change(of: report)
            return FoldedTable.Group(
                nodes: [report.result.node], cells: cells(report, change),
                details: change?.kind == .fixed
                    ? (change?.beforeTexts ?? []).map { "was: \($0)" } : report.why,
                rank: report.rank)
        }
        return folded.lines(width: width)
    }
}
