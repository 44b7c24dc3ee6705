import Testing

/// A strict reader of Prometheus' text format: what it does not take, no collector has to take.
///
/// https://prometheus.io/docs/instrumenting/exposition_formats: HELP and TYPE once and before the samples, the samples of a
/// metric together, names and escapes as they must be, no series twice.
struct PrometheusParser {
    /// One series and its value.
    struct Series: Hashable {
        var name: String
        var labels: [String: String]
    }

    /// Why a text is refused.
    struct Refusal: Error, CustomStringConvertible {
        var description: String
    }

    private(set) var series: [Series: Double] = [:]
    private var finished: Set<String> = []
    private var current = ""
    private var hasType = false

    /// Reads a whole text.
    init(_ text: String) throws {
        guard text.isEmpty || text.hasSuffix("\n") else { throw refusal("no line end at the end") }
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") {
                try help(line)
            } else if line.hasPrefix("# TYPE ") {
                guard line == "# TYPE \(current) gauge", !hasType else { throw refusal(line) }
                hasType = true
            } else {
                try sample(line)
            }
        }
    }

    private func refusal(_ line: some StringProtocol) -> Refusal {
        Refusal(description: "refused: \(line)")
    }

    private mutating func help(_ line: Substring) throws {
        let words = line.split(separator: " ", maxSplits: 3)
        guard words.count == 4, !current.isEmpty || series.isEmpty else { throw refusal(line) }
        finished.insert(current)
        current = String(words[2])
        hasType = false
        guard !finished.contains(current), current.wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) != nil
        else { throw refusal(line) }
        _ = try unescaped(words[3], quote: false)
    }

    private mutating func sample(_ line: Substring) throws {
        guard hasType, line.hasPrefix(current) else { throw refusal(line) }
        var rest = line.dropFirst(current.count)
        var labels: [String: String] = [:]
        if rest.hasPrefix("{") {
            rest = rest.dropFirst()
            while !rest.hasPrefix("}") {
                guard
                    let match = rest.prefixMatch(
                        of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\.)*)"/)
                else { throw refusal(line) }
                let name = String(match.1)
                guard labels[name] == nil else { throw refusal(line) }
                labels[name] = try unescaped(match.2, quote: true)
                rest = rest[match.range.upperBound...]
                if rest.hasPrefix(",") { rest = rest.dropFirst() }
            }
            rest = rest.dropFirst()
        }
        let value = rest.dropFirst()
        let isNumber =
            ["NaN", "+Inf", "-Inf"].contains(value)
            || value.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?([eE][+\-]?[0-9]+)?/) != nil
        guard rest.hasPrefix(" "), isNumber else { throw refusal(line) }
        let key = Series(name: current, labels: labels)
        guard series[key] == nil else { throw refusal("twice: \(line)") }
        series[key] = Double(value) ?? .infinity
    }

    private func unescaped(_ text: Substring, quote: Bool) throws -> String {
        var result = ""
        var isEscape = false
        for scalar in text.unicodeScalars {
            if isEscape {
                switch scalar {
                case "\\": result += "\\"
                case "n": result += "\n"
                case "\"" where quote: result += "\""
                default: throw refusal(text)
                }
                isEscape = false
            } else if scalar == "\\" {
                isEscape = true
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        guard !isEscape else { throw refusal(text) }
        return result
    }
}
