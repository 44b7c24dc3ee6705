import FanOut
import Reports
package import Terminal
package import Verdicts

/// The rows of mount-lustre: mounted or not, and the figures of df(1); a row for each mount.
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
        let mounts = MountRowFacts.all(report)
        let heading = [report.result.node, report.verdictWord]
        let first = mounts.first ?? MountRowFacts([:])
        guard report.verdict == .ok else {
            // The steps that were done are listed below the faults.
            let done = report.judgement?.findings.filter {
                $0.code.hasPrefix("mount.step.") && $0.severity == .info
            }
            let words = (done ?? []).map(\.message).joined(separator: "; ")
            return report.rows(
                heading + cells(first),
                details: report.why + (words.isEmpty ? [] : ["done: \(words)"]))
        }
        let steps = report.judgement?.findings.map(\.message) ?? []
        if mounts.count < 2 || !steps.isEmpty {
            return report.rows(
                heading + cells(first), details: [details(steps, report, first)])
        }
        return mounts.enumerated().flatMap { index, mount in
            let detail = "\(mount.path): \(details([], report, mount))"
            return index == 0
                ? report.rows(heading + cells(mount), details: [detail])
                : NodeReport.rows(["", ""] + cells(mount), details: [detail])
        }
    }

    private func cells(_ mount: MountRowFacts) -> [String] {
        [mount.size, mount.used, mount.available, mount.percentWord]
    }

    private func details(
        _ steps: [String], _ report: NodeReport, _ mount: MountRowFacts
    ) -> String {
        if !steps.isEmpty { return steps.joined(separator: "; ") }
        let wasMounted = report.judgement?.facts["already_mounted"] == .bool(true)
        return wasMounted ? "was mounted: \(mount.source)" : mount.source
    }
}
