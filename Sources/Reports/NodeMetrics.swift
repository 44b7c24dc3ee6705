import FanOut
import SlurmModel
package import Terminal
package import Verdicts

/// The metrics of a run and its nodes that every check has.
package struct NodeMetrics {
    /// The beginning of the metrics' names.
    let prefix: String
    /// Labels of every sample.
    let labels: [(String, String)]

    /// Makes a value of its parts.
    package init(prefix: String, labels: [(String, String)]) {
        self.prefix = prefix
        self.labels = labels
    }

    /// Adds the run's times, verdicts and findings.
    package func add(_ report: RunReport, to text: inout PrometheusText) {
        text.gauge(
            prefix + "timestamp_seconds",
            "When the run ended: a file that is not renewed is stale.",
            [PrometheusText.Sample(labels, report.ended)])
        text.gauge(
            prefix + "duration_seconds", "How long the run took.",
            [PrometheusText.Sample(labels, Double(report.ended) - Double(report.started))])
        let summary = report.summary
        let counts = [
            ("ok", summary.ok), ("warn", summary.warn), ("unknown", summary.unknown),
            ("fail", summary.fail), ("not_run", summary.notRun),
        ]
        text.gauge(
            prefix + "nodes", "Nodes by verdict.",
            counts.map { PrometheusText.Sample(labels + [("verdict", $0.0)], $0.1) })
        text.gauge(
            prefix + "node_verdict", "Verdict about the node: \(PrometheusText.verdicts).",
            report.reports.compactMap { row in
                row.verdict.map { sample(row, PrometheusText.number($0)) }
            })
        text.gauge(
            prefix + "node_not_run",
            "1 for a node that was not run: nothing is known of it now, and it has no verdict.",
            report.reports.filter { $0.verdict == nil }.map { sample($0, 1) })
        text.gauge(
            prefix + "findings", "Findings by code, without those that are information only.",
            report.reports.flatMap(findings))
    }

    private func sample(_ row: NodeReport, _ value: Int) -> PrometheusText.Sample {
        PrometheusText.Sample(
            labels + [
                ("node", row.result.node), ("partition", row.node?.partitions.first ?? ""),
            ], value)
    }

    private func findings(_ report: NodeReport) -> [PrometheusText.Sample] {
        let found = (report.judgement?.findings ?? []).filter { $0.severity > .info }
        let groups = Dictionary(grouping: found) { "\($0.code) \($0.severity.rawValue)" }
        return groups.sorted { $0.key < $1.key }.compactMap { _, findings in
            findings.first.map { first in
                PrometheusText.Sample(
                    labels + [
                        ("node", report.result.node), ("code", first.code),
                        ("severity", first.severity.rawValue),
                    ], findings.count)
            }
        }
    }
}

extension PrometheusText {
    /// A verdict as a number from 0 to 3, so that `>= 2` selects the nodes that need attention.
    ///
    /// A node that was not run has none: no number says less than that it is ok, and no number above fail would be true.
    package static func number(_ verdict: Verdict) -> Int {
        switch verdict {
        case .ok: 0
        case .warn: 1
        case .unknown: 2
        case .fail: 3
        }
    }

    /// The meaning of a verdict's number.
    package static let verdicts = "0 ok, 1 warn, 2 unknown, 3 fail"
}

/// How a run becomes metrics that Prometheus reads.
package protocol RunMetrics: Sendable {
    /// The metrics of a run that is over.
    func text(of report: RunReport) -> String
}
