import FanOut
import Reports
package import Terminal
package import Verdicts

/// The plan of mount-lustre: nodes with the same plan are listed once, with the exact commands below.
package struct RepairPlanTable: ReportTable {
    package let columns = [Table.Column("WOULD"), Table.Column("BY")]
    package let printsAtEnd = true

    /// How the repair would reach each node; empty when only the rows are known.
    private let ways: [String: DryRun.Row]

    /// Makes the table of rows alone.
    package init() {
        ways = [:]
    }

    /// Makes the table of a dry run.
    init(_ dryRun: DryRun) {
        ways = Dictionary(dryRun.rows.map { ($0.node, $0) }) { first, _ in first }
    }

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
        return [would, way(to: report)]
    }

    /// The launcher that would run the repair there; a node that can only be looked at now may need a wait.
    private func way(to report: NodeReport) -> String {
        guard report.verdict != nil, let way = ways[report.result.node] else {
            return report.result.launcher?.rawValue ?? "-"
        }
        let launcher = way.launcher?.rawValue ?? "not run"
        return way.isExclusive ? launcher + ", whole node" : launcher
    }

    private func details(of report: NodeReport) -> [String] {
        let steps = plan(of: report).map { step in
            let fields = step.fields
            return "\(fields["name"]?.text ?? "?"): \(fields["command"]?.text ?? "?")"
        }
        guard report.verdict != .ok else { return steps }
        return steps + report.why
    }

    /// Failed nodes first, then nodes with steps to do, then nodes without any.
    private func rank(of report: NodeReport) -> Int {
        report.verdict == .ok && !plan(of: report).isEmpty ? report.rank - 1 : report.rank
    }

    private func plan(of report: NodeReport) -> [FactValue] {
        report.judgement?.facts["plan"]?.elements ?? []
    }
}
