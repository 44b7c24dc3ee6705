package import FleetCore

/// What mount-lustre would do: nodes with the same plan once, with the exact commands below.
package struct RepairPlanTable: ReportTable {
    package let columns = [Table.Column("WOULD"), Table.Column("BY")]
    package let printsAtEnd = true

    /// Makes the table.
    package init() {}

    package func rows(for report: NodeReport) -> [[String]] {
        [[report.result.node] + cells(of: report)]
    }

    package func lines(for reports: [NodeReport], width: Int?) -> [String] {
        FoldedTable(columns, reports) { report in
            FoldedTable.Group(
                nodes: [report.result.node], cells: cells(of: report),
                details: details(of: report), rank: rank(of: report))
        }.lines(width: width) + ClosingLines.lines(for: reports, width: width)
    }

    private func cells(of report: NodeReport) -> [String] {
        let count = plan(of: report).count
        let would: String =
            if report.verdict != .ok {
                report.verdictWord
            } else if count == 0 {
                "nothing"
            } else {
                "\(count) \(count == 1 ? "step" : "steps")"
            }
        return [would, report.result.launcher?.rawValue ?? "-"]
    }

    private func details(of report: NodeReport) -> [String] {
        let steps = plan(of: report).map { step in
            let fields = step.fields
            return "\(fields["name"]?.text ?? "?"): \(fields["command"]?.text ?? "?")"
        }
        guard report.verdict != .ok else { return steps }
        return steps + report.why
    }

    /// What failed first, then what there is to do, then where there is nothing.
    private func rank(of report: NodeReport) -> Int {
        report.verdict == .ok && !plan(of: report).isEmpty ? report.rank - 1 : report.rank
    }

    private func plan(of report: NodeReport) -> [FactValue] {
        report.judgement?.facts["plan"]?.elements ?? []
    }
}
