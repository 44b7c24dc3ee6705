@testable import Acting
@testable import FanOut
import SlurmModel
import Testing
@testable import Verdicts

@Suite struct FailedNodesTests {
    private func report(
        _ node: String, _ severity: Severity?, _ outcome: Outcome = .finished,
        launcher: Launcher = .job
    ) -> NodeReport {
        let findings = severity.map {
            [
                Finding(.warn, code: "c.warn", message: "less"),
                Finding($0, code: "c", subject: "GPU 3", message: "Xid 79", remedy: "reboot"),
            ]
        }
        return NodeReport(
            result: NodeResult(node: node, outcome: outcome, launcher: launcher),
            judgement: outcome == .notRun ? nil : Judgement(findings: findings ?? []), node: nil)
    }

    @Test("Only what failed counts: neither a warning, nor what was not run, nor the head node")
    func picked() {
        let reports = [
            report("ok", nil), report("warn", .warn), report("fail", .fail),
            report("unknown", .unknown), report("none", nil, .notRun),
            report("head", .fail, launcher: .local),
        ]
        let failed = FailedNodes(reports)
        #expect(failed.names == ["fail"])
        #expect(failed.findings == ["fail": "c GPU 3: Xid 79"])
        #expect(FailedNodes(reports, withUnknown: true).names == ["fail", "unknown"])
    }
}
