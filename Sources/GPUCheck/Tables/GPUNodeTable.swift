import FanOut
import Reports
package import Terminal
package import Verdicts

/// The rows of `fleet gpu-check`: one per node.
package struct GPUNodeTable: ReportTable {
    package let columns = [
        Table.Column("NODE"), Table.Column("VERDICT"),
        Table.Column("GPUS", numeric: true, minimum: 5), Table.Column("DRIVER", minimum: 11),
        Table.Column("TEMP", numeric: true), Table.Column("MEMORY", numeric: true, minimum: 13),
        Table.Column("DETAIL"),
    ]

    /// Makes the table.
    package init() {}

    package func rows(for report: NodeReport) -> [[String]] {
        let facts = GPUFacts(report)
        return report.rows(
            [
                report.result.node, report.verdictWord, facts.count, facts.driver ?? "-",
                facts.hottest.map { "\($0)C" } ?? "-", facts.memory ?? "-",
            ],
            details: report.verdict == .ok ? [facts.models] : report.why)
    }
}
