import FanOut
import GPUCheck
import SlurmModel
import Testing
import Verdicts

/// Every ending of `dcgmi diag`: what it printed, how it ended, and what fleet itself had of it.
@Suite("Endings of DCGM's diagnostic")
struct DiagEndingTests {
    private static func result(
        _ text: String, exit: Int = 0, stderr: String = ""
    ) -> NodeResult {
        NodeResult(
            node: "n1", outcome: .finished, exit: .exited(0), launcher: .job,
            stdout: Array("@fleet begin dcgmi\n\(text)\n@fleet end dcgmi exit=\(exit)\n".utf8),
            stderr: Array(stderr.utf8))
    }

    private static func judge(_ text: String, exit: Int = 0, stderr: String = "") -> Judgement {
        DiagProbe(level: 1, timeout: 60).judge(result(text, exit: exit, stderr: stderr), node: nil)
    }

    /// One test with these results.
    private static func document(_ results: String, more: String = "") -> String {
        "{\"DCGM Diagnostic\": {\"test_categories\": [{\"tests\": [{\"name\": \"memory\", \"results\": [\(results)]\(more)}]}]}}"
    }

    private static let pass = "{\"entity_id\": 0, \"status\": \"Pass\"}"

    /// What dcgmi may print.
    private static let texts: [(text: String, passes: Bool)] = [
        (document(pass), true),
        (document(pass + ", {\"entity_id\": 1, \"status\": \"Skip\"}"), true),
        (document("{\"entity_id\": 0, \"status\": \"Skip\"}"), false),
        (document("{\"entity_id\": 0, \"status\": \"Fail\"}"), false),
        (document("{\"entity_id\": 0}"), false), (document("null"), false), (document(""), false),
        (document(pass).replacing("}", with: ""), false), ("", false), ("{}", false), ("}{", false),
        ("null", false), ("[]", false), ("Successfully ran diagnostic for group.", false),
        ("\u{0}\u{ff}", false), ("{\"name\": \"memory\", \"results\": 3}", false),
    ]

    @Test("Only whole results and an exit code of 0 are a pass", arguments: texts.indices)
    func passing(_ index: Int) {
        let (text, passes) = Self.texts[index]
        for exit in [0, 1, 124, 127, 137, 226, -1] {
            for stderr in ["", "Error: x", "warning: host engine"] {
                let judgement = Self.judge(text, exit: exit, stderr: stderr)
                #expect((judgement.verdict == .ok) == (passes && exit == 0), "\(exit) \(stderr)")
                for finding in judgement.findings where finding.severity > .warn {
                    #expect(finding.remedy != nil && finding.code.hasPrefix("gpu.diag."))
                }
            }
        }
    }

    @Test(
        "However the job ended, there is a verdict, and none is ok",
        arguments: [
            Outcome.timedOut, .notRun, .launchFailed, .finished,
        ])
    func outcomes(_ outcome: Outcome) {
        let probe = DiagProbe(level: 2, timeout: 600)
        let result = NodeResult(node: "n1", outcome: outcome, exit: .exited(0), launcher: .job)
        let judgement = probe.judge(result, node: nil)
        #expect(judgement.verdict != .ok && !judgement.findings.isEmpty)
        // Its own limit is the diagnostic's, and named.
        if outcome == .timedOut {
            #expect(judgement.findings.map(\.code) == ["gpu.diag.timeout"])
            #expect(judgement.findings.first?.message.contains("600 s (--timeout)") == true)
        }
    }

    @Test(
        "The end mark is the last line, and nothing that dcgmi prints is taken for it",
        arguments: [
            "@fleet begin dcgmi\n\(document(pass))\n@fleet end dcgmi exit=0",
            "@fleet begin dcgmi\n\(document(pass))\n@fleet end dcgmi exit=0\nmore\n",
            "@fleet begin dcgmi\n\(document(pass))\n@fleet end dcgmi exit=\n",
            "@fleet begin dcgmi\n\(document(pass))\n@fleet end dcgmi exit=0x0\n",
            "@fleet begin dcgmi\n\(document(pass)) @fleet end dcgmi exit=0\n",
            "@fleet begin dcgmi\n", "\n@fleet end dcgmi exit=0\n", "@fleet end dcgmi exit=0\n",
            "\n", "",
            "x@fleet begin dcgmi\n\(document(pass))\n@fleet end dcgmi exit=0\n",
        ])
    func incomplete(_ stdout: String) {
        let judgement = DiagProbe(level: 1, timeout: 60).judge(
            NodeResult(
                node: "n1", outcome: .finished, exit: .exited(0), stdout: Array(stdout.utf8)),
            node: nil)
        #expect(judgement.findings.map(\.code) == ["gpu.diag.answer"])
        #expect(judgement.findings.first?.message == "the node's answer is incomplete")
    }

    @Test("A mark within the output is a part of it, and the last one counts")
    func marks() {
        let fake = "@fleet end dcgmi exit=0\n"
        #expect(Self.judge(fake + Self.document(Self.pass)).verdict == .ok)
        let failed = fake + Self.document("{\"entity_id\": 0, \"status\": \"Fail\"}") + "\n" + fake
        #expect(Self.judge(failed, exit: 226).verdict == .fail)
    }

    @Test(
        "A fault counts as the configuration's only where DCGM blames it for all that it says",
        arguments: [
            ("[{\"warning\": \"a\", \"error_severity\": 5}]", Verdict.warn),
            (
                "[{\"warning\": \"a\", \"error_severity\": 5}, {\"warning\": \"b\", \"error_severity\": 5}]",
                .warn
            ),
            // Of the second nothing is known.
            ("[{\"warning\": \"a\", \"error_severity\": 5}, {\"warning\": \"b\"}]", .fail),
            ("[{\"warning\": \"a\", \"error_severity\": 5}, \"b\"]", .fail),
            ("[{\"warning\": \"a\", \"error_severity\": \"5\"}]", .fail),
            ("[{\"warning\": \"a\"}]", .fail), ("[]", .fail), ("\"a\"", .fail),
        ])
    func blame(_ warnings: String, _ verdict: Verdict) {
        let text = Self.document(
            "{\"entity_id\": 3, \"status\": \"Fail\", \"warnings\": \(warnings)}")
        let judgement = Self.judge(text, exit: 226)
        #expect(judgement.verdict == verdict)
        #expect(judgement.findings.map(\.subject) == ["GPU 3"])
    }

    @Test("A GPU that a reset repairs is reset, and not drained for replacement")
    func reset() {
        func remedy(_ severities: Int...) -> String? {
            let warnings = severities.map { "{\"warning\": \"x\", \"error_severity\": \($0)}" }
            return Self.judge(
                Self.document(
                    "{\"entity_id\": 0, \"status\": \"Fail\", \"warnings\": [\(warnings.joined(separator: ","))]}"
                ),
                exit: 226
            ).findings.first?.remedy
        }
        #expect(remedy(6) == "reset the GPU, or reboot the node" && remedy(6, 6) == remedy(6))
        for mixed in [remedy(6, 2), remedy(2), remedy(5, 6), remedy()] {
            #expect(mixed?.hasPrefix("drain the node; if it fails again") == true)
        }
    }

    @Test("The summary of a test that failed while no GPU did is not ok: the exit code tells")
    func summary() {
        let text = Self.document(Self.pass, more: ", \"test_summary\": {\"status\": \"Fail\"}")
        let judgement = Self.judge(text, exit: 226)
        #expect(judgement.verdict == .unknown)
        #expect(
            judgement.findings.map(\.message) == [
                "dcgmi ended with exit code 226, and no test failed"
            ])
    }

    @Test(
        "Whom a result is about, in every layout",
        arguments: [
            ("\"gpu_ids\": \"0,1\"", "GPUs 0,1"), ("\"gpu_ids\": \"2\"", "GPU 2"),
            ("\"gpu_id\": 4", "GPU 4"),
            ("\"entity_id\": 1, \"entity_group\": \"Switch\"", "Switch 1"),
            ("\"entity_id\": 1", "GPU 1"), ("\"gpu_ids\": \"\"", nil), ("\"x\": 1", nil),
        ] as [(String, String?)])
    func subjects(_ fields: String, _ subject: String?) {
        let judgement = Self.judge(
            Self.document("{\(fields), \"status\": \"Warn\"}"), exit: 0)
        #expect(judgement.findings.map(\.subject) == [subject])
        #expect(judgement.findings.map(\.code) == ["gpu.diag.warned"])
        let facts = judgement.facts["tests"]?.elements.first?.fields
        #expect(facts?["subject"] == FactValue(subject) && facts?["status"] == .string("warn"))
    }

    @Test("Every kind is explained once, and its check is that of the diagnostic")
    func kinds() {
        let kinds = GPUDiagSpecification.rules.kinds
        #expect(Set(kinds.map(\.code)).count == kinds.count && kinds.count == 7)
        let specification = GPUDiagSpecification(level: 3, timeout: 60)
        #expect(specification.scope?.label == "gpu-diag 3")
        #expect(specification.scope?.details == ["level 2", "level 3"])
        #expect(GPUDiagSpecification(level: 1, timeout: 60).scope?.label == "gpu-diag")
    }
}
