import FanOut
package import Reports
package import Terminal
package import Verdicts

/// The table of `fleet gpu-check`: equal nodes share a line, faults are shown in full, the worst first.
package struct GPUFoldedTable: ReportTable {
    package let columns = [
        Table.Column("VERDICT"), Table.Column("GPUS", numeric: true), Table.Column("DRIVER"),
        Table.Column("MODEL"),
    ]
    package let printsAtEnd = true
    package var csv: [CSVColumn]? { GPUFacts.csv }

    /// Makes the table.
    package init() {}

    package func rows(for report: NodeReport) -> [[String]] {
        let facts = GPUFacts(report)
        return [[report.verdictWord, facts.count, facts.driver ?? "-", facts.models]]
    }

    package func lines(for reports: [NodeReport], width: Int?) -> [String] {
        let folded = FoldedTable(columns, reports) { report in
            FoldedTable.Group(
                nodes: [report.result.node], cells: rows(for: report).joined().map { $0 },
                details: report.verdict == .ok ? [] : report.why, rank: report.rank)
        }
        return folded.lines(width: width) + ClosingLines.lines(for: reports, width: width)
    }
}
