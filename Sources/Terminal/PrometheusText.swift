/// Metrics in Prometheus' text format, as node_exporter's textfile collector reads them.
///
/// All samples of a metric stand together below its HELP and TYPE, as the format demands.
package struct PrometheusText {
    /// What was added so far.
    package private(set) var text = ""

    /// Begins with no metric.
    package init() {}

    /// Adds a gauge; one without samples is left out.
    ///
    /// - Parameters:
    ///   - name: The metric's name, with its unit.
    ///   - help: What it means, in a sentence.
    ///   - samples: The values, each with its labels in order.
    package mutating func gauge(_ name: String, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) gauge\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }
            text += labels.isEmpty ? name : "\(name){\(labels.joined(separator: ","))}"
            text += " \(Self.number(sample.value))\n"
        }
    }

    /// One value.
    package struct Sample {
        var labels: [(String, String)]
        var value: Double

        /// Makes a sample of its labels, in order, and its value.
        package init(_ labels: [(String, String)], _ value: Double) {
            self.labels = labels
            self.value = value
        }

        /// Makes a sample of a whole number.
        package init(_ labels: [(String, String)], _ value: Int) {
            self.init(labels, Double(value))
        }
    }

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
