import FanOut
package import Reports
import Terminal
import Verdicts

/// The metrics of `fleet check`: `fleet_check_*`, with the probe's name in the label `check`.
package struct CheckMetrics: RunMetrics {
    private let definition: ProbeDefinition

    /// Makes the metrics of a probe.
    package init(_ definition: ProbeDefinition) {
        self.definition = definition
    }

    package func text(of report: RunReport) -> String {
        let prefix = "fleet_check_"
        let labels = [("check", definition.name)]
        var text = PrometheusText()
        NodeMetrics(prefix: prefix, labels: labels).add(report, to: &text)
        text.gauge(
            prefix + "value", "Fields of the answer that are numbers.",
            report.reports.flatMap { row -> [PrometheusText.Sample] in
                let facts = row.judgement?.facts ?? [:]
                let own = samples(facts, row.result.node, subject: "")
                return own
                    + (facts["rows"]?.elements ?? []).flatMap { part in
                        samples(
                            part.fields, row.result.node,
                            subject: part.fields["subject"]?.word ?? "")
                    }
            })
        return text.text
    }

    private func samples(
        _ fields: [String: FactValue], _ node: String, subject: String
    ) -> [PrometheusText.Sample] {
        fields.sorted { $0.key < $1.key }.compactMap { name, value in
            guard name != "subject", let number = value.number else { return nil }
            return PrometheusText.Sample(
                [
                    ("check", definition.name), ("node", node), ("subject", subject),
                    ("field", name),
                ], number)
        }
    }
}
