import FanOut
import Reports
import Terminal
import Verdicts

/// The metrics of `fleet health`: `fleet_health_*`, and those of the checks that it is made of.
struct HealthMetrics: RunMetrics {
    let parts: [HealthPart]
    let coverage: HealthCoverage

    private static let prefix = "fleet_health_"

    func text(of report: RunReport) -> String {
        var text = PrometheusText()
        NodeMetrics(prefix: Self.prefix, labels: []).add(report, to: &text)
        let probe = HealthProbe(parts)
        let own = parts.indices.map { probe.reports(of: $0, in: report.reports) }
        text.gauge(
            Self.prefix + "check_verdict",
            "Verdict about the node by check: \(PrometheusText.verdicts).",
            zip(parts, own).flatMap { part, rows in
                rows.compactMap { row in
                    row.verdict.map {
                        PrometheusText.Sample(
                            [("node", row.result.node), ("check", part.name)],
                            PrometheusText.number($0))
                    }
                }
            })
        text.gauge(
            Self.prefix + "finding_kinds",
            "Kinds of finding that all checks together look for, such as gpu.xid.",
            [PrometheusText.Sample([], coverage.total)])
        text.gauge(
            Self.prefix + "finding_kinds_asked",
            "Kinds of finding that were asked for; the others were left out by --only or --skip. It says nothing of what a node answered.",
            [PrometheusText.Sample([], coverage.run)])
        text.addLeftOut(Self.prefix)
        var families = MetricFamilies()
        families.add(text.text)
        for (part, rows) in zip(parts, own) {
            guard let metrics = RunTables.metrics(for: part.specification.value) else { continue }
            var report = report
            report.reports = rows
            families.add(metrics.text(of: report))
        }
        return families.text
    }
}

/// Metrics of several texts in one: each name once with all its samples, as the format demands, and each series once.
struct MetricFamilies {
    private struct Family {
        var heading: [Substring] = []
        var samples: [Substring] = []
    }

    private var families: [Substring: Family] = [:]
    private var order: [Substring] = []
    private var seen: Set<Substring> = []

    /// Adds a text; of a series that is there already the first one counts.
    mutating func add(_ text: String) {
        for line in text.split(separator: "\n") {
            let isHeading = line.hasPrefix("#")
            let name =
                isHeading
                ? line.split(separator: " ", maxSplits: 3).dropFirst(2).first ?? line
                : line.prefix { $0 != "{" && $0 != " " }
            if families[name] == nil { order.append(name) }
            if isHeading {
                guard families[name]?.samples.isEmpty ?? true,
                    families[name]?.heading.contains(line) != true
                else { continue }
                families[name, default: Family()].heading.append(line)
            } else {
                // The value is what stands behind the last blank; a label may hold blanks too.
                let series = line.lastIndex(of: " ").map { line[..<$0] } ?? line
                if seen.insert(series).inserted {
                    families[name, default: Family()].samples.append(line)
                }
            }
        }
    }

    /// The whole text.
    var text: String {
        order.flatMap { name -> [Substring] in
            guard let family = families[name], !family.samples.isEmpty else { return [] }
            return family.heading + family.samples
        }.map { $0 + "\n" }.joined()
    }
}
