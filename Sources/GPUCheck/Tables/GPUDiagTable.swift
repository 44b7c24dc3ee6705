import FanOut
import Reports
package import Terminal
package import Verdicts

/// The table of `fleet gpu-check --diag`: equal nodes share a line, faults are shown in full, the worst first.
package struct GPUDiagTable: ReportTable {
    package let columns = [
        Table.Column("VERDICT"), Table.Column("TESTS", numeric: true), Table.Column("DCGM"),
    ]
    package let printsAtEnd = true

    /// Makes the table.
    package init() {}

    package func rows(for report: NodeReport) -> [[String]] {
        let facts = report.judgement?.facts ?? [:]
        return [
            [
                report.verdictWord, CheckCoverage(facts)?.figures ?? "-",
                facts["dcgm_version"]?.word ?? "-",
            ]
        ]
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
