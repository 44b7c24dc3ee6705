import FanOut
import Reports
package import Terminal
package import Verdicts

/// The table of `fleet check --wide`: a row per node, a column per field.
package struct CheckWideTable: ReportTable {
    package let columns: [Table.Column]
    package let printsAtEnd = true
    private let fields: [String]

    /// Makes the table of a probe.
    package init(_ definition: ProbeDefinition) {
        var seen: Set<String> = []
        fields = (definition.baseline.map(\.field) + definition.rules.map(\.field))
            .filter { seen.insert($0).inserted }
        columns =
            (["NODE", "VERDICT"] + fields.map { $0.uppercased() } + ["DETAIL"])
            .map { Table.Column($0) }
    }

    package func rows(for report: NodeReport) -> [[String]] {
        let facts = report.judgement?.facts ?? [:]
        let cells =
            [report.result.node, report.verdictWord] + fields.map { facts[$0]?.word ?? "-" }
        return report.rows(cells, details: report.verdict == .ok ? [""] : report.why)
    }
}
