import DefinedChecks
import FanOut
import SlurmModel
import Testing
import Verdicts

@Suite struct DefinedProbeTests {
    private func judge(
        _ stdout: String, exit: Int = 0, _ change: (inout ProbeDefinition) -> Void
    ) -> Judgement {
        var definition = ProbeDefinition(name: "env", summary: "A test.", script: "true")
        change(&definition)
        return DefinedProbe(definition).judge(
            NodeResult(
                node: "n1", outcome: .finished, exit: ExitStatus(shellStatus: exit),
                launcher: .job, stdout: Array(stdout.utf8), stderr: Array("cat: no\nmore\n".utf8)),
            node: nil)
    }

    @Test(arguments: [
        (ProbeRule("v", .equals, ["7"]), true), (ProbeRule("v", .equals, ["8", "7"]), true),
        (ProbeRule("v", .equals, ["70"]), false), (ProbeRule("v", .differs, ["7"]), false),
        (ProbeRule("v", .differs, ["8", "9"]), true), (ProbeRule("v", .above, ["6.5"]), true),
        (ProbeRule("v", .above, ["7"]), false), (ProbeRule("v", .below, ["7"]), false),
        (ProbeRule("v", .below, ["7.1"]), true), (ProbeRule("v", .matches, ["[0-9]"]), true),
        (ProbeRule("v", .matches, ["[0-6]"]), false), (ProbeRule("v", .missing), false),
        (ProbeRule("text", .contains, ["ell"]), true), (ProbeRule("text", .lacks, ["ell"]), false),
        (ProbeRule("text", .lacks, ["x", "y"]), true), (ProbeRule("gone", .missing), true),
        (ProbeRule("empty", .missing), true),
        (ProbeRule("gone", .above, ["1"], isOptional: true), false),
        (ProbeRule("text", .unlike, ["x", "hel*"]), false),
        (ProbeRule("text", .unlike, ["hel"]), true),
        (ProbeRule("text", .unlike, ["*"]), false), (ProbeRule("text", .unlike, ["hello"]), false),
        (ProbeRule("text", .unlike, ["*ello", "hello!"]), true),
    ])
    func comparisons(_ rule: ProbeRule, _ finds: Bool) {
        let judgement = judge("v=7\ntext=hello\nempty=\n") { $0.rules = [rule] }
        #expect(judgement.verdict == (finds ? .fail : .ok))
        #expect(judgement.findings.map(\.code) == (finds ? ["check.env.\(rule.field)"] : []))
    }

    @Test(
        "What is expected of a field replaces the file's rules on its text, and no other rule",
        arguments: [
            ("mounted", [String]()), ("not mounted", ["check.env.v"]),
            ("not in fstab", ["check.env.v"]),
            ("", ["check.env.unread"]),
        ])
    func expected(_ value: String, _ codes: [String]) {
        let judgement = judge("v=\(value)\nw=1\n") {
            $0.rules = [
                ProbeRule("v", .differs, ["not in fstab"], remedy: "mount it"),
                ProbeRule("w", .equals, ["2"]), ProbeRule("v", .contains, ["?"], isOptional: true),
            ]
            $0 = $0.expecting("v", ["mounted", "auto*"])
            #expect($0.rules.map(\.comparison) == [.unlike, .equals, .contains])
        }
        #expect(judgement.findings.map(\.code) == codes)
        #expect(
            value.isEmpty
                ? judgement.verdict == .unknown
                : judgement.findings.allSatisfy {
                    $0.message == "v is \(value) where mounted or auto* is expected"
                        && $0.remedy == "mount it"
                })
    }

    @Test("A field that no answer has is expected in vain: unknown, never ok")
    func expectedNowhere() {
        #expect(judge("v=1\n") { $0 = $0.expecting("vv", ["1"]) }.verdict == .unknown)
    }

    @Test(
        "What a rule needs and does not find is unknown, never ok",
        arguments: [
            (ProbeRule("gone", .equals, ["1"]), "gone is not in the answer"),
            (ProbeRule("text", .above, ["1"]), "text 'hello' is no number"),
            (ProbeRule("empty", .below, ["1"]), "empty is not in the answer"),
        ])
    func unread(_ rule: ProbeRule, _ message: String) {
        let judgement = judge("text=hello\nempty=\n") { $0.rules = [rule] }
        #expect(judgement.findings.map(\.message) == [message])
        #expect(judgement.verdict == .unknown)
    }

    @Test(
        "A script that fails, or prints what cannot be read, is unknown",
        arguments: [
            ("v=7\n", 3, ProbeDefinition.Output.keyValue, "check.env.exit"),
            ("", 0, .keyValue, "check.env.answer"),
            ("v=7\nno sense\n", 0, .keyValue, "check.env.answer"),
            ("{\"v\": 7", 0, .json, "check.env.answer"), ("3", 0, .json, "check.env.answer"),
            ("", 0, .json, "check.env.answer"), ("", 0, .table, "check.env.answer"),
            ("a v\nx 7\ny\n", 0, .table, "check.env.answer"),
        ])
    func unreadable(_ text: String, _ exit: Int, _ output: ProbeDefinition.Output, _ code: String) {
        let judgement = judge(text, exit: exit) {
            $0.output = output
            $0.rules = [ProbeRule("v", .equals, ["8"], isOptional: true)]
        }
        #expect(judgement.findings.map(\.code) == [code])
        #expect(judgement.verdict == .unknown)
    }

    @Test func exitNamesTheFirstLine() {
        let judgement = judge("v=7\n", exit: 3) { $0.baseline = [.init("v")] }
        #expect(
            judgement.findings.first?.message
                == "the check's script ended with exit code 3: cat: no")
    }

    @Test("Messages and remedies name fields; a word in braces that is none stays")
    func messages() {
        let judgement = judge("v=7\nk=6.8\n") {
            $0.rules = [
                ProbeRule(
                    "v", .above, ["1"], severity: .warn, message: "{v} on {k} {gone} {",
                    remedy: "fix {v}")
            ]
        }
        #expect(judgement.findings.first?.message == "7 on 6.8 {gone} {")
        #expect(judgement.findings.first?.remedy == "fix 7")
    }

    @Test("Of several rules about a field the worst that applies is told")
    func worst() {
        let judgement = judge("v=97\n") {
            $0.rules = [
                ProbeRule("v", .above, ["85"], severity: .warn), ProbeRule("v", .above, ["95"]),
            ]
        }
        #expect(judgement.findings.map(\.severity) == [.fail])
    }

    @Test("A table's rules are about each row, under its first or named column")
    func table() {
        let judgement = judge("mount used  what\n/ 24 root disk\n/data 97 a b c\n") {
            $0.output = .table
            $0.rules = [ProbeRule("used", .above, ["90"], message: "{mount} {used} {what}")]
        }
        #expect(judgement.findings.map(\.subject) == ["/data"])
        #expect(judgement.findings.map(\.message) == ["/data 97 a b c"])
        #expect(judgement.facts["rows"]?.elements.count == 2)
    }

    @Test("JSON's objects are fields with dots, its lists of objects rows")
    func json() {
        let text = """
            {"a": {"b": 1.5, "c": [1, 2]}, "n": null,
             "disks": [{"id": "sda", "used": 3}, {"id": "sdb", "used": 99}]}
            """
        let judgement = judge(text) {
            $0.output = .json
            $0.subject = "id"
            $0.rules = [
                ProbeRule("a.b", .above, ["1"], severity: .warn),
                ProbeRule("a.c", .equals, ["1,2"]),
                ProbeRule("disks.used", .above, ["90"]), ProbeRule("n", .missing, severity: .info),
            ]
        }
        #expect(
            judgement.findings.map(\.code) == [
                "check.env.a.c", "check.env.disks.used", "check.env.a.b", "check.env.n",
            ])
        #expect(judgement.findings.map(\.subject) == [nil, "sdb", nil, nil])
    }

    @Test("Versions stay texts; carriage returns and control bytes are harmless")
    func values() {
        let judgement = judge("k=5.10\r\nn=08\nm=8\nx=\u{1b}[2J\u{0}\n") {
            $0.baseline = [.init("k")]
        }
        #expect(judgement.facts["k"] == .string("5.10"))
        #expect(judgement.facts["n"] == .string("08") && judgement.facts["m"] == .int(8))
        #expect(judgement.verdict == .ok)
    }

    @Test func endsWithoutAnAnswer() {
        let probe = DefinedProbe(ProbeDefinition(name: "env", summary: "", script: ""))
        for outcome in [Outcome.timedOut, .garbled, .cancelled, .launchFailed] {
            let judgement = probe.judge(NodeResult(node: "n", outcome: outcome), node: nil)
            #expect(judgement.verdict == .unknown)
        }
    }

    @Test(arguments: [
        (ProbeDefinition.Mode.reads, NodeUse.reads), (.changes, .changes),
    ])
    func use(_ mode: ProbeDefinition.Mode, _ use: NodeUse) {
        var definition = ProbeDefinition(name: "env", summary: "", script: "")
        definition.mode = mode
        #expect(DefinedProbe(definition).use == use)
    }
}
