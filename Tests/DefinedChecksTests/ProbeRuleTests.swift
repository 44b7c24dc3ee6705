@testable import DefinedChecks
import FanOut
import SlurmModel
import Testing
import Verdicts

/// What a rule says at the bounds of what it can compare.
@Suite("Rules of a defined check at their bounds") struct ProbeRuleTests {
    private static func judge(
        _ stdout: String, _ rules: [ProbeRule], as output: ProbeDefinition.Output = .keyValue
    ) -> Judgement {
        var definition = ProbeDefinition(name: "env", summary: "A test.", script: "true")
        definition.output = output
        definition.rules = rules
        return DefinedProbe(definition).judge(
            NodeResult(
                node: "n1", outcome: .finished, exit: .exited(0), launcher: .job,
                stdout: Array(stdout.utf8)), node: nil)
    }

    @Test(
        "A number is compared whatever form it has; at the limit itself nothing is found",
        arguments: [
            ("10", false, false), ("10.0", false, false), ("1e1", false, false),
            ("+10", false, false), ("010", false, false), ("10.000001", true, false),
            ("9.999999", false, true), ("-10", false, true), ("-0", false, true),
            ("99999999999999999999999999", true, false),
            ("9223372036854775807", true, false), ("-9223372036854775808", false, true),
        ])
    func numbers(_ text: String, _ isAbove: Bool, _ isBelow: Bool) {
        for (comparison, finds) in [
            (ProbeRule.Comparison.above, isAbove), (.below, isBelow),
        ] {
            let judgement = Self.judge("v=\(text)\n", [ProbeRule("v", comparison, ["10"])])
            #expect(judgement.verdict == (finds ? .fail : .ok), "\(comparison)")
        }
    }

    @Test(
        "What is no plain number is unknown to both, with the text that was there",
        arguments: [
            "1e999", "-1e999", "10 ms", "10%", "10GB", "1,000", "0x10", "nan", "inf", "-inf",
            "--10", "1e", "e", "-",
            ".", "1.2.3", "ten", "٣", "1 0", "10\u{301}", "½", "10\t",
        ])
    func noNumbers(_ text: String) {
        for comparison in [ProbeRule.Comparison.above, .below] {
            let judgement = Self.judge("v=\(text)\n", [ProbeRule("v", comparison, ["10"])])
            #expect(judgement.verdict == .unknown)
            #expect(judgement.findings.map(\.code) == ["check.env.unread"])
            #expect(judgement.findings.map(\.message) == ["v '\(text)' is no number"])
        }
    }

    @Test("Neither above nor below nor at: each number is exactly one of the three")
    func trichotomy() {
        for limit in ["-1.5", "0", "7", "1e3"] {
            for value in ["-2", "-1.5", "0", "0.0", "6.9", "7", "7.0", "1000", "1001"] {
                let found = [ProbeRule.Comparison.above, .below].filter {
                    Self.judge("v=\(value)\n", [ProbeRule("v", $0, [limit])]).verdict == .fail
                }
                #expect(
                    found.count == (Double(value) == Double(limit) ? 0 : 1), "\(value) \(limit)")
            }
        }
    }

    @Test(
        "JSON's truth values are compared under both of their names",
        arguments: [
            (ProbeRule("ok", .equals, ["false"]), true), (ProbeRule("ok", .equals, ["no"]), true),
            (ProbeRule("ok", .equals, ["true"]), false), (ProbeRule("ok", .equals, ["yes"]), false),
            (ProbeRule("ok", .differs, ["true"]), true),
            (ProbeRule("ok", .differs, ["false"]), false),
            (ProbeRule("ok", .differs, ["yes", "no"]), false),
            (ProbeRule("ok", .unlike, ["true"]), true),
            (ProbeRule("ok", .unlike, ["false"]), false),
            (ProbeRule("ok", .matches, ["false"]), true), (ProbeRule("ok", .lacks, ["true"]), true),
            (ProbeRule("text", .equals, ["no"]), false),
            (ProbeRule("text", .equals, ["false"]), true),
        ])
    func flags(_ rule: ProbeRule, _ finds: Bool) {
        let judgement = Self.judge(#"{"ok": false, "text": "false"}"#, [rule], as: .json)
        #expect(judgement.verdict == (finds ? .fail : .ok))
        let rows = Self.judge(
            #"[{"id": "a", "ok": false, "text": "false"}, {"id": "b", "ok": true, "text": "no"}]"#,
            [rule], as: .json)
        #expect(rows.findings.map(\.subject).contains("0") == finds)
    }

    @Test("Text is compared byte by byte in meaning: no case, no blank and no prefix is forgiven")
    func texts() {
        for value in ["mounted", "Mounted", "mounted ", " mounted", "mounte", "mounted\u{301}"] {
            let isSame = value == "mounted"
            for (comparison, finds) in [
                (ProbeRule.Comparison.equals, isSame), (.differs, !isSame), (.unlike, !isSame),
            ] {
                let judgement = Self.judge(
                    "v=\(value)\n", [ProbeRule("v", comparison, ["mounted"])])
                #expect(judgement.verdict == (finds ? .fail : .ok), "\(comparison) '\(value)'")
            }
        }
    }

    @Test(
        "An expression is for the whole text, and one that cannot be read finds nothing but unknown"
    )
    func matches() {
        func verdict(_ value: String, _ pattern: String) -> Verdict {
            Self.judge("v=\(value)\n", [ProbeRule("v", .matches, [pattern])]).verdict
        }
        #expect(verdict("570.1", "570") == .ok)
        #expect(verdict("570.1", "570.*") == .fail)
        #expect(verdict("a+b", #"a\+b"#) == .fail)
        let longest = String(repeating: "1", count: ProbeRule.longestMatch)
        #expect(verdict(longest, "1*") == .fail)
        #expect(verdict(longest + "1", "1*") == .unknown)
        #expect(verdict("x", "(") == .unknown)
        #expect(Self.judge("v=x\n", [ProbeRule("v", .matches)]).verdict == .unknown)
        #expect(Self.judge("v=1\n", [ProbeRule("v", .above)]).verdict == .unknown)
    }

    @Test("Brackets count only where they are open, and neither in escapes nor when closed again")
    func brackets() {
        let deepest = String(repeating: "(", count: 32) + String(repeating: ")", count: 32)
        #expect(ProbeRule.expression(deepest) != nil)
        #expect(ProbeRule.expression("(\(deepest))") == nil)
        #expect(ProbeRule.expression(deepest + deepest) != nil)
        #expect(ProbeRule.expression(String(repeating: #"\("#, count: 100)) != nil)
        #expect(ProbeRule.expression(String(repeating: "a", count: 1_024)) != nil)
        #expect(ProbeRule.expression(String(repeating: "a", count: 1_025)) == nil)
        #expect(ProbeRule.expression(#"a\"#) == nil)
    }

    @Test("The rule's own words say what was compared, with every value")
    func words() {
        for (comparison, words) in [
            (ProbeRule.Comparison.equals, "v 7 is 7 or x"), (.contains, "v 7 contains 7 or x"),
            (.above, "v 7 is above 6"), (.below, "v 7 is below 8"), (.matches, "v 7 matches .*"),
            (.differs, "v 7 is not a or b"), (.unlike, "v 7 is not a or b"),
            (.lacks, "v 7 lacks a or b"),
        ] {
            let values: [String] =
                switch comparison {
                case .equals, .contains: ["7", "x"]
                case .above: ["6"]
                case .below: ["8"]
                case .matches: [".*"]
                default: ["a", "b"]
                }
            let judgement = Self.judge("v=7\n", [ProbeRule("v", comparison, values)])
            #expect(judgement.findings.map(\.message) == [words])
        }
        #expect(
            Self.judge("w=7\n", [ProbeRule("v", .missing)]).findings.map(\.message) == [
                "v is missing"
            ])
    }

    // MARK: - Several rules, several rows

    @Test("Two rows of one name are told both, and each of two missing fields")
    func sameName() {
        let full = ProbeRule("used", .above, ["90"], message: "{mount} {used} %")
        let table = "fs mount used\ntmpfs /run 97\ntmpfs /tmp 98\ntmpfs /dev 3\n"
        let judgement = Self.judge(
            table, [ProbeRule("used", .above, ["80"], severity: .warn), full], as: .table)
        #expect(judgement.findings.map(\.message) == ["/run 97 %", "/tmp 98 %"])
        #expect(judgement.findings.map(\.subject) == ["tmpfs", "tmpfs"])
        let missing = Self.judge(
            "v=1\n",
            [
                ProbeRule("a", .equals, ["1"]), ProbeRule("b", .equals, ["1"]),
                ProbeRule("a", .above, ["1"]),
            ])
        #expect(
            missing.findings.map(\.message) == [
                "a is not in the answer", "b is not in the answer",
            ])
    }

    @Test("The worst of a field's rules is told in whichever order the file has them")
    func order() {
        let rules = [
            ProbeRule("v", .above, ["70"], severity: .info),
            ProbeRule("v", .above, ["80"], severity: .warn),
            ProbeRule("v", .above, ["90"], severity: .fail),
            ProbeRule("v", .equals, ["85"], severity: .unknown),
        ]
        for turn in rules.indices {
            let turned = Array(rules[turn...] + rules[..<turn])
            for (value, severities) in [
                ("95", [Severity.fail]), ("85", [.unknown]), ("81", [.warn]), ("71", [.info]),
                ("70", []),
            ] {
                #expect(Self.judge("v=\(value)\n", turned).findings.map(\.severity) == severities)
            }
        }
    }

    @Test(
        "A node's word stays one word of a shell also where the file has quotes of its own around it",
        arguments: [
            ("restart '{v}'", "x; id", "restart 'x; id'"),
            ("restart \"{v}\"", "$(id)", "restart '$(id)'"),
            ("restart '{v}'", "it's", #"restart 'it'\''s'"#),
            ("restart '{v}'", "plain", "restart 'plain'"),
            // Where a quote may be open the name stays.
            ("restart '{v}", "x; id", "restart '{v}"),
            ("ip 'set {v} up'", "x; id", "ip 'set {v} up'"),
            ("ip 'set {v} up'", "eth0", "ip 'set eth0 up'"),
            ("run 'umount {v}' there: {v}", "/a; id", "run 'umount {v}' there: '/a; id'"),
            (#"say "a {v}" {v}"#, "$(id)", #"say "a {v}" '$(id)'"#),
            (#"say "\"{v}\"" {v}"#, "$(id)", #"say "\"{v}\"" '$(id)'"#),
            (#"say "a '{v}' b""#, "$(id)", #"say "a '{v}' b""#),
            (#"say \{v}"#, "x y", #"say \{v}"#), ("a'b {v}'", "x y", "a'b {v}'"),
            ("'\u{301}{v}'", "x y", "'\u{301}{v}'"), ("'{v}'\u{301}", "x y", "'x y'\u{301}"),
            ("the '90s disk: umount {v}", "x; id", "the '90s disk: umount {v}"),
            ("it doesn't answer: ping {v}", "x; id", "it doesn't answer: ping {v}"),
            ("it doesn't answer: ping {v}", "gpu-1", "it doesn't answer: ping gpu-1"),
            ("{it's} {v}", "x y", "{it's} {v}"),
            ("restart {v}'", "x; id", "restart 'x; id''"),
            ("a '{v}' b '{v}'", "x y", "a 'x y' b 'x y'"), ("'{gone}'", "x", "'{gone}'"),
            ("{v}{v}", "a b", "'a b''a b'"), ("{{v}}", "a", "{{v}}"), ("{v", "a", "{v"),
        ])
    func quotes(_ remedy: String, _ value: String, _ text: String) {
        let judgement = Self.judge(
            "v=\(value)\n", [ProbeRule("v", .lacks, ["nothing"], message: "'{v}'", remedy: remedy)])
        #expect(judgement.findings.map(\.remedy) == [text])
        // A message is for people: as it stands.
        #expect(judgement.findings.map(\.message) == ["'\(value)'"])
    }
}
