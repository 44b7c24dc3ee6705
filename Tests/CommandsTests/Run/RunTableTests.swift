import FanOut
import Reports
import SlurmModel
import Testing
import Verdicts

/// Why a node was reached in another way than others stands in its row.
@Suite struct RunTableTests {
    private func text(_ change: (inout NodeResult) -> Void) -> String? {
        var result = NodeResult(
            node: "n", outcome: .finished, exit: .exited(0), duration: 1, launcher: .direct,
            stdout: Array("out\n".utf8))
        change(&result)
        return RunTable().rows(
            for: NodeReport(result: result, judgement: nil, node: nil)
        ).first?.last
    }

    @Test func note() {
        #expect(text { $0.note = nil } == "out")
        #expect(text { $0.note = "drained" } == "[direct: drained] out")
        #expect(
            text { ($0.note, $0.reason, $0.remedy) = ("drained", "why", "do") }
                == "[direct: drained] why -> do")
        #expect(text { ($0.note, $0.launcher, $0.stdout) = ("x", .job, []) } == "[job: x] ")
        #expect(text { ($0.note, $0.launcher) = ("x", nil) } == "[?: x] out")
    }

    private func row(_ node: String, _ change: (inout NodeResult) -> Void) -> NodeReport {
        var result = NodeResult(
            node: node, outcome: .finished, exit: .exited(0), duration: 1, launcher: .job,
            stdout: Array("out\n".utf8))
        change(&result)
        return NodeReport(
            result: result, node: nil,
            probe: CommandProbe(payload: Payload(arguments: ["x"], timeout: 60)))
    }

    @Test(
        "Nodes that ended alike are one row, however long they took and whichever job carried them")
    func folding() {
        let rows = [
            row("gpu-1") { $0.duration = 0.4 }, row("gpu-2") { $0.duration = 0.7 },
            row("gpu-3") {
                $0.exit = .exited(1); $0.stderr = Array("a\nlast words\n".utf8)
            },
            row("gpu-4") {
                ($0.outcome, $0.jobID, $0.reason) = (.launchFailed, 7, "job 7 did not start")
            },
            row("gpu-5") {
                ($0.outcome, $0.jobID, $0.reason) = (.launchFailed, 71, "job 71 did not start")
            },
            row("gpu-6") {
                ($0.outcome, $0.jobID, $0.reason) = (.launchFailed, 7, "job 71 is another's")
            },
        ]
        let lines = RunTable().lines(for: rows, width: nil).map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(
            lines == [
                "NODES COUNT OUTCOME EXIT SECONDS OUTPUT",
                "gpu-3 1 finished 1 1.0 last words (+2 lines)",
                "gpu-[4-5] 2 launch failed 0 1.0 its job did not start",
                "gpu-6 1 launch failed 0 1.0 job 71 is another's",
                "gpu-[1-2] 2 finished 0 0.4-0.7 out",
            ])
    }
}
