import FoundationEssentials
import Terminal
import TestSupport
import Testing

@Suite struct JSONWriterTests {
    /// What Foundation's encoder takes, so that both can be compared.
    private indirect enum Tree: Encodable {
        case null
        case bool(Bool)
        case int(Int)
        case double(Double)
        case string(String)
        case array([Tree])
        case object([String: Tree])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .null: try container.encodeNil()
            case .bool(let value): try container.encode(value)
            case .int(let value): try container.encode(value)
            case .double(let value): try container.encode(value)
            case .string(let value): try container.encode(value)
            case .array(let values): try container.encode(values)
            case .object(let values): try container.encode(values)
            }
        }

        var value: JSONValue {
            switch self {
            case .null: .null
            case .bool(let value): .bool(value)
            case .int(let value): .int(value)
            case .double(let value): .double(value)
            case .string(let value): .string(value)
            case .array(let values): .array(values.map(\.value))
            case .object(let values): .object(values.mapValues(\.value))
            }
        }

        static func random(depth: Int, using random: inout SeededRandom) -> Tree {
            switch Int.random(in: depth > 3 ? 2...6 : 0...6, using: &random) {
            case 0:
                .array(
                    (0..<Int.random(in: 0...3, using: &random)).map { _ in
                        Tree.random(depth: depth + 1, using: &random)
                    })
            case 1:
                .object(
                    Dictionary(
                        (0..<Int.random(in: 0...4, using: &random)).map { _ in
                            (text(using: &random), Tree.random(depth: depth + 1, using: &random))
                        }, uniquingKeysWith: { $1 }))
            case 2: .null
            case 3: .bool(Bool.random(using: &random))
            case 4: .int(Int.random(in: Int.min...Int.max, using: &random))
            case 5: .double(Double(Int.random(in: -10_000...10_000, using: &random)) / 8)
            default: .string(text(using: &random))
            }
        }

        private static func text(using random: inout SeededRandom) -> String {
            let letters: [Unicode.Scalar] = [
                "a", "Z", "7", "_", " ", "\"", "\\", "/", "\n", "\r", "\t", "\u{0}", "\u{1f}",
                "\u{8}", "\u{c}", "é", "한", "🔧", "{", ",",
            ]
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                text.append(letters[Int.random(in: 0..<letters.count, using: &random)])
            }
            return String(text)
        }
    }

    /// Byte for byte what Foundation writes, which takes ten times as long.
    @Test(arguments: [true, false])
    func sameAsFoundation(isPretty: Bool) throws {
        var random = SeededRandom(42)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        for _ in 0..<2_000 {
            let tree = Tree.random(depth: 0, using: &random)
            let expected = String(decoding: try encoder.encode(tree), as: UTF8.self)
            let written = try isPretty ? JSONOutput.pretty(tree.value) : JSONOutput.line(tree.value)
            try #require(written == expected)
        }
    }

    /// What could steer a terminal or turn text round is escaped, and reads the same.
    @Test(
        arguments: [
            ("\u{1b}[2J", #"\u001b[2J"#), ("\u{0}\u{7f}", #"\u0000\u007f"#),
            ("\u{80}\u{9b}", #"\u0080\u009b"#), ("a\u{202e}b\u{2066}", #"a\u202eb\u2066"#),
            ("\u{2028}\u{2029}", #"\u2028\u2029"#), ("\u{feff}", #"\ufeff"#),
            ("\u{e0041}", #"\udb40\udc41"#), ("é한🔧\u{a0}~", "é한🔧\u{a0}~"),
        ])
    func steering(_ text: String, _ written: String) throws {
        let line = try JSONOutput.line(JSONValue.array([.string(text)]))
        #expect(line == "[\"\(written)\"]")
        let read = try JSONDecoder().decode([String].self, from: Data(line.utf8))
        #expect(read[0].unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    /// JSON has no way to write them.
    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func noNumber(_ number: Double) throws {
        #expect(try JSONOutput.line(JSONValue.double(number)) == "null")
    }

    /// In parts or at once, the document is the same.
    @Test func parts() throws {
        var parts: [[UInt8]] = []
        var writer = JSONWriter(isPretty: true, sink: { parts.append($0) })
        let long = String(repeating: "x", count: 1_000)
        try writer.array { writer in
            for _ in 0..<1_000 {
                writer.element { $0.value(long) }
                try writer.breathe()
            }
        }
        try writer.flush()
        #expect(parts.count > 2)
        let whole = JSONValue.array(Array(repeating: .string(long), count: 1_000))
        let text = try JSONOutput.pretty(whole)
        #expect(String(decoding: parts.joined(), as: UTF8.self) == text)
    }
}
