import FanOut
import Reports
package import Terminal
package import Verdicts

/// The table of `fleet check-mount --wide`: a row for each mount of each node, every column.
package struct MountWideTable: ReportTable {
    package let columns =
        ["NODE", "VERDICT", "STATE", "MOUNT", "SOURCE", "TYPE"].map { Table.Column($0) }
        + ["SIZE", "USED", "AVAIL", "USE%", "STATFS"].map { Table.Column($0, numeric: true) }
        + ["CLIENT", "DETAIL"].map { Table.Column($0) }
    package let printsAtEnd = true

    /// Makes the table.
    package init() {}

    package func rows(for report: NodeReport) -> [[String]] {
        let all = MountRowFacts.all(report)
        let mounts = all.isEmpty ? [MountRowFacts([:])] : all
        let client = report.judgement?.facts["client_version"]?.text
        return mounts.enumerated().flatMap { index, mount -> [[String]] in
            let cells = [
                report.result.node, report.verdictWord, all.isEmpty ? "-" : mount.state.rawValue,
                mount.path.isEmpty ? "-" : mount.path, mount.source.isEmpty ? "-" : mount.source,
                mount.type, mount.size, mount.used, mount.available, mount.percentWord,
                mount.latency("statfs").map { "\($0) ms" } ?? "-", client ?? "-",
            ]
            // Details are printed once, below the last of the mounts.
            let details =
                index < mounts.count - 1 || report.verdict == .ok ? [""] : report.why
            return index == 0
                ? report.rows(cells, details: details)
                : NodeReport.rows(cells, details: details)
        }
    }
}
