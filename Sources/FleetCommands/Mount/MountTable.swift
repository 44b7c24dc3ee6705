package import FleetCore

/// The rows of check-mount and mount-lustre: mounted or not, and the figures of df(1).
package struct MountTable: ReportTable {
    package let columns = [
        Table.Column("NODE"), Table.Column("VERDICT"),
        Table.Column("SIZE", numeric: true, minimum: 5),
        Table.Column("USED", numeric: true, minimum: 5),
        Table.Column("AVAIL", numeric: true), Table.Column("USE%", numeric: true),
        Table.Column("DETAIL"),
    ]

    /// Makes the table.
    package init() {}

    package func rows(for report: NodeReport) -> [[String]] {
        let facts = report.judgement?.facts ?? [:]
        func bytes(_ name: String) -> String {
            if case .int(let count)? = facts[name] { Quantity.bytes(count) } else { "-" }
        }
        let percent = if case .int(let value)? = facts["use_percent"] { "\(value)%" } else { "-" }
        return report.rows(
            [
                report.result.node, report.verdictWord, bytes("size_bytes"), bytes("used_bytes"),
                bytes("available_bytes"), percent,
            ],
            details: details(of: report, facts))
    }

    private func details(of report: NodeReport, _ facts: [String: FactValue]) -> [String] {
        guard report.verdict == .ok else { return report.why }
        let steps = report.judgement?.findings.map(\.message) ?? []
        if !steps.isEmpty { return [steps.joined(separator: "; ")] }
        let source = if case .string(let text)? = facts["source"] { text } else { "" }
        return [facts["already_mounted"] == .bool(true) ? "was mounted: \(source)" : source]
    }
}
