import FanOut
import GPUCheck
import SlurmModel
import Testing
import Verdicts

@Suite struct DiagProbeTests {
    private func judge(
        _ text: String, exit: Int = 0, stderr: String = "", isWhole: Bool = true
    ) -> Judgement {
        let end = isWhole ? "\n@fleet end dcgmi exit=\(exit)\n" : ""
        return DiagProbe(level: 1, timeout: 60).judge(
            NodeResult(
                node: "n1", outcome: .finished, exit: .exited(0), launcher: .job,
                stdout: Array(("@fleet begin dcgmi\n" + text + end).utf8),
                stderr: Array(stderr.utf8)),
            node: nil)
    }

    /// DCGM 3: categories, results by `gpu_ids`.
    private func three(_ status: String, _ more: String = "") -> String {
        """
        WARNING: something
        {"DCGM GPU Diagnostic": {"test_categories": [
          {"category": "Deployment", "tests": [
            {"name": "Denylist", "results": [{"gpu_ids": "0,1", "status": "PASS"}]}, null]},
          {"category": "Hardware", "tests": [
            {"name": "GPU Memory", "results": [
              {"gpu_ids": "0", "status": "Pass", "info": "free 94 %"},
              {"gpu_ids": "1", "status": "\(status)"\(more)}]}]}], "version": "3.3.5"}}
        """
    }

    /// DCGM 4: results by entity, a summary for each test.
    private func four(_ status: String, _ more: String = "") -> String {
        """
        {"DCGM Diagnostic": {"test_categories": [
          {"category": "Integration", "tests": [
            {"name": "pcie", "results": [
              {"entity_group": "GPU", "entity_group_id": 1, "entity_id": 0, "status": "Pass"},
              {"entity_group": "GPU", "entity_group_id": 1, "entity_id": 3, "status": "\(status)"\(more)}],
             "test_summary": {"status": "\(status)"}}]}]},
         "metadata": {"version": "4.2.3", "Driver Version Detected": "570.1"}}
        """
    }

    @Test func passes() {
        for text in [three("Pass"), four("PASS")] {
            #expect(judge(text).verdict == .ok)
            #expect(judge(text).findings.isEmpty)
        }
        #expect(judge(three("Pass")).facts["dcgm_version"] == .string("3.3.5"))
        #expect(judge(four("Pass")).facts["dcgm_version"] == .string("4.2.3"))
    }

    @Test(arguments: [
        ("Fail", Verdict.fail, "gpu.diag.failed"), ("FAIL", .fail, "gpu.diag.failed"),
        ("Warn", .warn, "gpu.diag.warned"), ("Skip", .ok, "gpu.diag.skipped"),
        ("SKIPPED", .ok, "gpu.diag.skipped"), ("Not Run", .unknown, "gpu.diag.answer"),
        ("", .unknown, "gpu.diag.answer"), ("Brilliant", .unknown, "gpu.diag.answer"),
    ])
    func statuses(_ status: String, _ verdict: Verdict, _ code: String) {
        for (text, subject) in [(three(status), "GPU 1"), (four(status), "GPU 3")] {
            let judgement = judge(text, exit: verdict == .fail ? 226 : 0)
            #expect(judgement.verdict == verdict)
            #expect(judgement.findings.map(\.code) == [code])
            #expect(judgement.findings.map(\.subject) == [subject])
        }
    }

    @Test(
        "What DCGM says about it is in the message, in each form",
        arguments: [
            ", \"warnings\": [\"link is slow\"]", ", \"warnings\": \"link is slow\"",
            ", \"warnings\": [{\"warning\": \"link is slow\", \"error_severity\": 2}]",
            ", \"errors\": [{\"code\": 1, \"msg\": \"link is slow\"}]",
            ", \"info\": [\"link is slow\"]",
        ])
    func messages(_ more: String) {
        #expect(judge(four("Fail", more)).findings.map(\.message) == ["pcie failed: link is slow"])
    }

    @Test("A fault that DCGM blames on the configuration is a warning")
    func configuration() {
        let more = ", \"warnings\": [{\"warning\": \"Persistence mode\", \"error_severity\": 5}]"
        let judgement = judge(four("Fail", more), exit: 226)
        #expect(judgement.verdict == .warn)
        let both =
            ", \"warnings\": [{\"warning\": \"a\", \"error_severity\": 5}, {\"warning\": \"b\", \"error_severity\": 2}]"
        #expect(judge(four("Fail", both)).verdict == .fail)
    }

    @Test("Nothing but skipped tests is no pass")
    func allSkipped() {
        let text = """
            {"tests": [{"name": "memory", "results": [
              {"entity_id": 0, "status": "Skip", "info": ["not supported"]}]}]}
            """
        let judgement = judge(text)
        #expect(judgement.verdict == .unknown)
        let checks = judgement.facts["checks"]?.fields ?? [:]
        #expect(checks["total"] == .int(1) && checks["ran"] == .int(0))
        #expect(
            checks["not_run"]
                == .list([
                    .object(["check": .string("memory"), "reason": .string("not supported")])
                ]))
    }

    @Test(
        "Without a result it is never ok",
        arguments: [
            ("", 127, "", "gpu.diag.not_installed"), ("", 124, "", "gpu.diag.timeout"),
            (
                "Error: unable to establish a connection to the specified host: localhost", 1, "",
                "gpu.diag.engine"
            ),
            ("", 1, "Error: Unable to connect to host engine.", "gpu.diag.engine"),
            ("", 0, "", "gpu.diag.answer"), ("{}", 0, "", "gpu.diag.answer"),
            ("{\"DCGM Diagnostic\": {\"runtime_error\": \"no GPU\"}}", 1, "", "gpu.diag.answer"),
            ("{\"DCGM Diagnostic\": {\"test_categories\": [", 0, "", "gpu.diag.answer"),
            ("Segmentation fault", 139, "", "gpu.diag.answer"),
        ])
    func silent(_ text: String, _ exit: Int, _ stderr: String, _ code: String) {
        let judgement = judge(text, exit: exit, stderr: stderr)
        #expect(judgement.verdict == .unknown)
        #expect(judgement.findings.map(\.code) == [code])
        #expect(judgement.findings.first?.remedy != nil)
    }

    @Test("A cut answer, a late end and an exit code without a fault are unknown")
    func broken() {
        #expect(judge(four("Pass"), isWhole: false).verdict == .unknown)
        #expect(judge(four("Pass"), exit: 124).verdict == .unknown)
        #expect(judge(four("Pass"), exit: 3).verdict == .unknown)
        let late = DiagProbe(level: 3, timeout: 60).judge(
            NodeResult(node: "n", outcome: .timedOut, launcher: .job), node: nil)
        #expect(late.findings.map(\.code) == ["gpu.diag.timeout"])
        #expect(late.verdict == .unknown)
    }

    @Test("Mutilated answers never crash and never pass")
    func mutilated() {
        let whole = Array(four("Fail").utf8)
        for end in stride(from: 0, to: whole.count, by: 7) {
            let cut = String(decoding: whole[..<end], as: UTF8.self)
            #expect(judge(cut).verdict != .ok)
        }
    }

    @Test func payload() {
        let probe = DiagProbe(level: 2, timeout: 600)
        #expect(probe.use == .changes)
        #expect(probe.payload.arguments.contains("FLEET_DIAG_LEVEL=2"))
        #expect(probe.payload.arguments.contains("FLEET_TOOL_SECONDS=590"))
        #expect(DiagProbe.levels.map { DiagProbe.seconds(level: $0) } == [120, 600, 3_600])
    }
}
