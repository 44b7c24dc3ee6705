import FanOut
package import Reports
import Terminal
import Verdicts

/// The metrics of `fleet check-mount`: `fleet_mount_*`, with the mount point in the label `mount`.
package struct MountMetrics: RunMetrics {
    /// Makes them.
    package init() {}

    private static let prefix = "fleet_mount_"

    package func text(of report: RunReport) -> String {
        var text = PrometheusText()
        NodeMetrics(prefix: Self.prefix, labels: []).add(report, to: &text)
        add(
            report, "up",
            "Whether the mount is there, the right one, and answers; left out where that is not known.",
            &text
        ) {
            mount in
            switch mount["state"]?.text.flatMap(MountState.init) {
            case .ok, .degraded: 1
            case .notMounted, .wrongSource, .stale, .hung: 0
            case .unknown, nil: nil
            }
        }
        for (name, key, help) in [
            ("size_bytes", "size_bytes", "All space."),
            ("used_bytes", "used_bytes", "Space in use."),
            ("available_bytes", "available_bytes", "Space that can still be used."),
            ("inodes", "inodes", "All inodes."), ("inodes_free", "inodes_free", "Free inodes."),
        ] {
            add(report, name, help, &text) { $0[key]?.integer.map(Double.init) }
        }
        add(report, "statfs_seconds", "How long statfs took, in steps of 0.01.", &text) {
            ($0["latency_ms"]?.fields["statfs"]?.integer).map { Double($0) / 1_000 }
        }
        text.addLeftOut(Self.prefix)
        return text.text
    }

    private func add(
        _ report: RunReport, _ name: String, _ help: String, _ text: inout PrometheusText,
        _ value: ([String: FactValue]) -> Double?
    ) {
        text.gauge(
            Self.prefix + name, help,
            report.reports.flatMap { row in
                (row.judgement?.facts["mounts"]?.elements ?? []).map(\.fields).compactMap { mount in
                    value(mount).map {
                        PrometheusText.Sample(
                            [("node", row.result.node), ("mount", mount["path"]?.text ?? "")], $0)
                    }
                }
            })
    }
}
