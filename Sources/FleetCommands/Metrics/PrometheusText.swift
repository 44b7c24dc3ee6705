import FleetCore

/// Metrics in Prometheus' text format, as node_exporter's textfile collector reads them.
///
/// All samples of a metric stand together below its HELP and TYPE, as the format demands.
struct PrometheusText {
    private(set) var text = ""

    /// Adds a gauge; one without samples is left out.
    ///
    /// - Parameters:
    ///   - name: The metric's name, with its unit.
    ///   - help: What it means, in a sentence.
    ///   - samples: The values, each with its labels in order.
    mutating func gauge(_ name: String, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) gauge\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }
            text += labels.isEmpty ? name : "\(name){\(labels.joined(separator: ","))}"
            text += " \(Self.number(sample.value))\n"
        }
    }

    /// One value.
    struct Sample {
        var labels: [(String, String)]
        var value: Double

        init(_ labels: [(String, String)], _ value: Double) {
            self.labels = labels
            self.value = value
        }

        init(_ labels: [(String, String)], _ value: Int) {
            self.init(labels, Double(value))
        }
    }

    /// A verdict as a number, so that `>= 2` is what needs somebody.
    static func number(of report: NodeReport) -> Int {
        report.verdict.map(number) ?? 4
    }

    static func number(_ verdict: Verdict) -> Int {
        switch verdict {
        case .ok: 0
        case .warn: 1
        case .unknown: 2
        case .fail: 3
        }
    }

    /// What the numbers of verdicts mean.
    static let verdicts = "0 ok, 1 warn, 2 unknown, 3 fail, 4 not run"

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
