import FanOut
import Reports
package import Terminal
package import Verdicts

/// The table of `fleet check-mount`: equal nodes share a line, faults are shown in full, the worst first.
package struct MountFoldedTable: ReportTable {
    package let columns = [
        Table.Column("VERDICT"), Table.Column("STATE"), Table.Column("SIZE", numeric: true),
        Table.Column("USE%", numeric: true), Table.Column("MOUNT"),
    ]
    package let printsAtEnd = true

    /// Makes the table.
    package init() {}

    package func rows(for report: NodeReport) -> [[String]] {
        [cells(report, most: [:])]
    }

    package func lines(for reports: [NodeReport], width: Int?) -> [String] {
        // A file system in use changes during the check, so all its nodes show the same number.
        var most: [String: Int] = [:]
        for mount in reports.flatMap(MountRowFacts.all) {
            guard let percent = mount.percent else { continue }
            most[mount.source] = max(most[mount.source] ?? 0, percent)
        }
        let folded = FoldedTable(columns, reports) { report in
            FoldedTable.Group(
                nodes: [report.result.node], cells: cells(report, most: most),
                details: report.verdict == .ok ? [] : report.why, rank: report.rank)
        }
        return folded.lines(width: width) + ClosingLines.lines(for: reports, width: width)
    }

    private func cells(_ report: NodeReport, most: [String: Int]) -> [String] {
        let mounts = MountRowFacts.all(report)
        let state = report.judgement?.facts["state"]?.text ?? "-"
        func joined(_ value: (MountRowFacts) -> String) -> String {
            mounts.isEmpty ? "-" : mounts.map(value).joined(separator: ", ")
        }
        return [
            report.verdictWord, report.verdict == nil ? "-" : state, joined(\.size),
            joined { mount in
                mount.percent == nil
                    ? "-" : "\(most[mount.source] ?? mount.percent ?? 0)%"
            },
            joined { mount in
                mount.source.isEmpty || mount.state == .notMounted
                    ? mount.path : "\(mount.path) \(mount.source)"
            },
        ]
    }
}
