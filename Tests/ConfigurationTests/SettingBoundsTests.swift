import Probes
@testable import Configuration
import Testing

/// The bounds of every setting, made from the table: a setting or a form that is added is tried by itself.
@Suite struct SettingBoundsTests {
    /// What a form takes at its very edges, and what lies just beyond or only looks alike.
    private static func samples(_ kind: SettingKind) -> (good: [String], bad: [String]) {
        let huge = "99999999999999999999"
        switch kind {
        case .number(let range):
            let (low, high) = (range.lowerBound, range.upperBound)
            return (
                ["\(low)", "\(high)", "\((low + high) / 2)"],
                [
                    "\(low - 1)", "\(high + 1)", huge, "-\(huge)", "1.0", "0x1", "1_0", " 1", "1 ",
                    "١",
                ]
            )
        case .time:
            return (
                ["1", "1s", "86400", "86400s", "1440m", "24h"],
                [
                    "0", "0h", "86401", "1441m", "25h", "1.5h", "1 h", "1H", "h", "\(Int.max)h",
                    huge, "1h1m",
                ]
            )
        case .age:
            return (
                ["1h", "1d", "1w", "100000w"],
                ["0h", "0w", "100001h", "1", "1m", "1W", "w", "\(Int.max)w", huge + "d", "1 d"]
            )
        case .memory:
            return (
                ["1", "1M", "67108864", "65536G", "64T", "64t"],
                [
                    "0", "0G", "67108865", "65537G", "65T", "1P", "1GiB", "M", "\(Int.max)T", huge,
                    "1 G",
                ]
            )
        case .flag:
            return (["true", "false"], ["True", "FALSE", "yes", "on", "off", "1", "0", "true "])
        case .choice(let words):
            return (words, words.flatMap { [$0.uppercased(), $0 + " ", String($0.dropLast())] })
        case .path(let beginnings):
            let words = beginnings.filter { !$0.hasSuffix("/") }
            return (
                beginnings.filter { $0.hasSuffix("/") }.map { $0 + "a b/é" } + words,
                words.map { $0 + "/x" } + [
                    "a", "./a", "../a", " /a", "~a/b", "{user}/a", "/a\n", "/\u{0}",
                ]
            )
        case .list: return ([], [])
        case .gres:
            return (
                ["gpu", "gpu:8", "gpu:1g.10gb:7", "gpu:h100:8,shard:1"],
                [
                    ",", "gpu,", "gpu:", "gpu::1", "gpu:a:b:c", "1gpu", "gpu 1", "gpu:1\n", "gpu:é",
                    "$(id)",
                ]
            )
        case .word:
            return (
                ["a", "a-", "a,b", "한글", "a'b", String(repeating: "a", count: 500)],
                ["-", "--x", "a b", "a\u{a0}b", "a\n", "\u{7f}", "\u{1b}[1m", "\u{85}"]
            )
        case .jobName:
            return (
                ["a", "-", ".", String(repeating: "a", count: 64)],
                [String(repeating: "a", count: 65), "a/b", "a b", "a\n", "é", "a\u{0}"]
            )
        }
    }

    /// A text in YAML's double quotes, so that it arrives as it is.
    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            scalar.value < 0x20 || (0x7f...0xa0).contains(scalar.value)
                ? "\\x" + String(scalar.value + 0x100, radix: 16).dropFirst() : String(scalar)
        }
        return "\"\(escaped.joined())\""
    }

    private static func parse(_ setting: Setting, _ value: String) throws -> FleetConfiguration {
        let parts = setting.key.split(separator: ".")
        let text =
            parts.count == 1 ? "\(parts[0]): \(value)" : "\(parts[0]):\n  \(parts[1]): \(value)"
        return try ConfigurationFile.parse(text + "\n", origin: "f.yaml", findings: .standard)
    }

    private static func load(_ setting: Setting, _ value: String) throws -> FleetConfiguration {
        try ConfigurationLoader.load(
            environment: [setting.row.variable: value], slurmFolder: nil, findings: .standard)
    }

    @Test(
        "The last value that is allowed is taken as it is, from a file and from a variable",
        arguments: Setting.allCases)
    func good(_ setting: Setting) throws {
        for text in Self.samples(setting.row.kind).good {
            #expect(try Self.parse(setting, Self.quoted(text))[setting]?.words == [text])
            #expect(try Self.load(setting, text)[setting]?.words == [text])
        }
    }

    @Test(
        "The first that is not is refused with the key, the line, what it must be and what it is",
        arguments: Setting.allCases)
    func bad(_ setting: Setting) {
        let kind = setting.row.kind
        let key = setting.key.split(separator: ".").last ?? ""
        let line = setting.key.contains(".") ? 2 : 1
        for text in Self.samples(kind).bad {
            let inFile = #expect(throws: ConfigurationError.self, "\(text)") {
                try Self.parse(setting, Self.quoted(text))
            }
            #expect(
                inFile?.description
                    == "f.yaml:\(line): \(key) must be \(kind.expectation), not '\(text)'")
            // A variable's path may be relative.
            if case .path = kind { continue }
            let inVariable = #expect(throws: ConfigurationError.self, "\(text)") {
                try Self.load(setting, text)
            }
            #expect(
                inVariable?.description
                    == "\(setting.row.variable): must be \(kind.expectation), not '\(text)'")
        }
    }

    @Test(
        "No setting takes an empty value, YAML's null or another shape for its own",
        arguments: Setting.allCases)
    func shapes(_ setting: Setting) {
        let isList = setting.row.kind == .list
        for value in ["", "''", "~", "null", "{a: b}", "[]", "[[a]]"] + (isList ? ["a"] : ["[a]"]) {
            let error = #expect(throws: ConfigurationError.self, "\(value)") {
                try Self.parse(setting, value)
            }
            #expect(error?.cause.contains(" must be ") == true)
        }
    }

    @Test(
        "A list holds texts only: an item that was left empty names nothing",
        arguments: Setting.allCases.filter { $0.row.kind == .list })
    func lists(_ setting: Setting) throws {
        #expect(
            try Self.parse(setting, "[a, 'b c', \"~\", 5]")[setting]?.words == [
                "a", "b c", "~", "5",
            ])
        for value in ["[a, '']", "[a, ~]", "[null]", "[a, [b]]", "[a, {b: c}]", "\n    - a\n    -"]
        {
            let error = #expect(throws: ConfigurationError.self, "\(value)") {
                try Self.parse(setting, value)
            }
            #expect(error?.cause.hasSuffix(" must be a list of texts") == true)
        }
        for text in ["a,b", "a b", " a , b ,", "a\n\tb", ",,a,,b"] {
            #expect(try Self.load(setting, text)[setting]?.words == ["a", "b"])
        }
    }

    @Test(
        "What a setting is where nothing sets it has its own form, and says that it is the default",
        arguments: Setting.allCases)
    func standards(_ setting: Setting) {
        let value = FleetConfiguration().value(of: setting)
        #expect(value.origin.description == "default")
        #expect(value.words.allSatisfy(setting.row.kind.accepts))
        #expect(FleetConfiguration()[setting] == nil)
    }
}
