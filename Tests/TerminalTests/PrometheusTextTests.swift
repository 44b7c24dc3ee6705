import Terminal
import TestSupport
import Testing

/// One line that the collector does not take, and the whole file is refused: every node's metrics are gone.
@Suite struct PrometheusTextTests {
    private func text(_ samples: [PrometheusText.Sample]) -> String {
        var text = PrometheusText()
        text.gauge("m", "Help.", samples)
        return text.text
    }

    @Test(
        "A value is written as the collector reads numbers",
        arguments: [
            (0, "0"), (-0.0, "0"), (1, "1"), (-3, "-3"), (0.5, "0.5"), (1e14, "100000000000000"),
            (1e15, "1000000000000000.0"), (1e16, "1e+16"), (-1e300, "-1e+300"),
            (.leastNonzeroMagnitude, "5e-324"), (.nan, "NaN"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (1_795_442_531, "1795442531"),
        ] as [(Double, String)])
    func values(_ value: Double, _ written: String) {
        #expect(
            text([PrometheusText.Sample([], value)])
                == "# HELP m Help.\n# TYPE m gauge\nm \(written)\n")
    }

    @Test("A whole number of 64 bits keeps its size")
    func wholeNumbers() {
        for number in [Int.min, Int.max, 0, -1, 1 << 53] {
            let last = text([PrometheusText.Sample([], number)]).split(separator: " ").last ?? ""
            #expect(Double(last.dropLast()) == Double(number))
        }
    }

    /// Reads a sample's only label, as the format's grammar has it.
    private func label(_ text: String) -> String? {
        // Scalars and not characters: a quote and a mark that combines are one character.
        let line = Array(text.unicodeScalars).split(separator: "\n").last ?? []
        guard line.starts(with: "m{l=\"".unicodeScalars),
            line.suffix(4).elementsEqual("\"} 1".unicodeScalars)
        else { return nil }
        var result = ""
        var rest = line.dropFirst(5).dropLast(4)
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return nil
            case "\\":
                switch rest.popFirst() {
                case "\\": result += "\\"
                case "n": result += "\n"
                case "\"": result += "\""
                default: return nil
                }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    @Test("A label of any text is one line, and reads as that text again", arguments: 0..<60)
    func labels(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let pieces = [
            "\\", "\"", "\n", "n", "\\n", "\\\\", "{", "}", "=", ",", "#", " ", "é", "한", "\r",
            "\t", "\u{0}", "\u{1b}", "\u{2028}", "e\u{301}", "\u{301}", "a",
        ]
        let value = (0..<Int.random(in: 0...12, using: &random))
            .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        let text = text([PrometheusText.Sample([("l", value)], 1)])
        #expect(text.utf8.count { $0 == 10 } == 3)
        let read = label(text)
        #expect(read?.unicodeScalars.elementsEqual(value.unicodeScalars) == true, "\(text)")
    }

    @Test("A help text of several lines is one, and its quotes stay")
    func help() {
        var text = PrometheusText()
        text.gauge("m", "a \"b\"\nc\\d", [PrometheusText.Sample([], 1)])
        #expect(text.text.hasPrefix("# HELP m a \"b\"\\nc\\\\d\n# TYPE m gauge\n"))
    }

    @Test("Labels stand in the order given, and their order makes another series")
    func order() {
        let text = text([
            PrometheusText.Sample([("node", "a"), ("gpu", "1")], 1),
            PrometheusText.Sample([("gpu", "1"), ("node", "b")], 2),
        ])
        #expect(text.hasSuffix("m{node=\"a\",gpu=\"1\"} 1\nm{gpu=\"1\",node=\"b\"} 2\n"))
    }

    @Test("Two labels are not one whose text looks like two")
    func labelsDoNotMerge() {
        let text = text([
            PrometheusText.Sample([("a", "1\",b=\"2")], 1),
            PrometheusText.Sample([("a", "1"), ("b", "2")], 2),
        ])
        #expect(text.split(separator: "\n").count == 4)
    }

    @Test("What is left out is counted by node and reason, over all metrics, in one order")
    func leftOut() {
        var text = PrometheusText()
        func samples(_ node: String, _ count: Int) -> [PrometheusText.Sample] {
            (0..<count).map { PrometheusText.Sample([("node", node), ("part", "\($0)")], $0) }
        }
        text.gauge("a", "A.", samples("n2", 502) + samples("n1", 3) + samples("n1", 2))
        text.gauge("b", "B.", samples("n2", 501) + samples("n1", 500))
        text.addLeftOut("fleet_")
        let lines = text.text.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("a{node=\"n2\"") } == 500)
        #expect(lines.count { $0.hasPrefix("b{node=\"n1\"") } == 500)
        #expect(
            lines.suffix(2) == [
                "fleet_series_left_out{node=\"n1\",reason=\"duplicate\"} 2",
                "fleet_series_left_out{node=\"n2\",reason=\"too_many\"} 3",
            ])
        var none = PrometheusText()
        none.addLeftOut("fleet_")
        #expect(none.text.isEmpty)
    }

    @Test("A metric of the whole run is no node's, and has no limit")
    func withoutNode() {
        let samples = (0..<700).map { PrometheusText.Sample([("code", "c\($0)")], 1) }
        #expect(text(samples).split(separator: "\n").count == 702)
    }
}
