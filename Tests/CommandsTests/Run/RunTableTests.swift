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
}
