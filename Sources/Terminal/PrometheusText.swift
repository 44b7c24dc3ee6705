/// Metrics in Prometheus' text format, as node_exporter's textfile collector reads them.
///
/// All samples of a metric follow its HELP and TYPE lines, as the format requires.
///
/// A series is never written twice, because the collector refuses the whole file for one duplicate. The number of
/// series per node and metric is limited, so that one node cannot fill the database.
package struct PrometheusText {
    /// The text so far.
    package private(set) var text = ""
    /// How many series were left out, by node and reason.
    private var leftOut: [LeftOut: Int] = [:]

    private struct LeftOut: Hashable, Comparable {
        let node: String
        let reason: String

        static func < (left: LeftOut, right: LeftOut) -> Bool {
            (left.node, left.reason) < (right.node, right.reason)
        }
    }

    /// How many series of one metric a node may have.
    static let mostPerNode = 500

    /// Begins with no metric.
    package init() {}

    /// Adds a gauge; one without samples is left out.
    ///
    /// - Parameters:
    ///   - name: The metric's name, with its unit.
    ///   - help: What it means, in a sentence.
    ///   - samples: The values, each with its labels in order.
    package mutating func gauge(_ name: String, _ help: String, _ samples: [Sample]) {
        let samples = kept(samples)
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) gauge\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }
            text += labels.isEmpty ? name : "\(name){\(labels.joined(separator: ","))}"
            text += " \(Self.number(sample.value))\n"
        }
    }

    /// The samples that are written: each series once, and at most ``mostPerNode`` per node.
    private mutating func kept(_ samples: [Sample]) -> [Sample] {
        var seen: Set<[String]> = []
        var perNode: [String: Int] = [:]
        return samples.filter { sample in
            let node = sample.labels.first { $0.0 == "node" }?.1 ?? ""
            let isNew = seen.insert(sample.labels.flatMap { [$0.0, $0.1] }).inserted
            if isNew, node.isEmpty || perNode[node, default: 0] < Self.mostPerNode {
                perNode[node, default: 0] += 1
                return true
            }
            let reason = isNew ? "too_many" : "duplicate"
            leftOut[LeftOut(node: node, reason: reason), default: 0] += 1
            return false
        }
    }

    /// Adds the number of series that were left out, if there are any.
    ///
    /// - Parameter prefix: What the metrics' names begin with.
    package mutating func addLeftOut(_ prefix: String) {
        gauge(
            prefix + "series_left_out",
            "Series that are not here: a second one with the same labels, or more than \(Self.mostPerNode) of a node.",
            leftOut.sorted { $0.key < $1.key }.map {
                Sample([("node", $0.key.node), ("reason", $0.key.reason)], $0.value)
            })
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
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
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
