@testable import FanOut
@testable import GPUCheck
@testable import Reports
import SlurmModel
@testable import Terminal
import Testing
@testable import Verdicts

@Suite struct FoldedTableTests {
    private func report(_ name: String, _ findings: [Finding] = [], driver: String = "1")
        -> NodeReport
    {
        NodeReport(
            result: NodeResult(node: name, outcome: .finished, launcher: .job),
            judgement: Judgement(
                findings: findings,
                facts: [
                    "driver": .string(driver), "gpu_count": .int(8), "gpu_expected": .int(8),
                    "gpus": .list([.object(["name": .string("NVIDIA H100 80GB HBM3")])]),
                    "checks": .object([
                        "total": .int(18), "ran": .int(name.hasSuffix("3") ? 16 : 18),
                        "not_run": .list(
                            name.hasSuffix("3")
                                ? ["xid", "kernel"].map {
                                    .object([
                                        "check": .string($0),
                                        "reason": .string("kernel log unreadable without root"),
                                    ])
                                } : []),
                    ]),
                ]), node: nil)
    }

    @Test("Equal nodes fold, the worst stand first, and what was not checked is said")
    func folds() {
        let warning = Finding(.warn, code: "gpu.throttle", message: "slow", remedy: "cool it")
        let lines = GPUFoldedTable().lines(
            for: [
                report("n1"), report("n2"), report("n4", driver: "2"), report("n3"),
                report("n7", [warning]), report("n8", [Finding(.fail, code: "a", message: "dead")]),
            ], width: nil)
        #expect(
            lines == [
                "NODES   COUNT  VERDICT  GPUS  DRIVER  MODEL",
                "n8          1  fail      8/8  1       1 x NVIDIA H100 80GB HBM3", "    dead",
                "n7          1  warn      8/8  1       1 x NVIDIA H100 80GB HBM3",
                "    slow -> cool it",
                "n[1-3]      3  ok        8/8  1       1 x NVIDIA H100 80GB HBM3",
                "n4          1  ok        8/8  2       1 x NVIDIA H100 80GB HBM3", "",
                "n[1-2,4,7-8] (5 nodes): 18 checks, all ran",
                "n3: 18 checks, 16 ran, 2 not: xid, kernel: kernel log unreadable without root",
            ])
    }

    @Test("What a check left out of its look is told behind its numbers")
    func notes() {
        let note = FactValue.list([.string("xid: 1,536 other lines left out")])
        func words(_ ran: Int) -> String? {
            CheckCoverage([
                "checks": .object(["total": .int(18), "ran": .int(ran), "notes": note])
            ])?.words
        }
        #expect(words(18) == "18 checks, all ran; xid: 1,536 other lines left out")
        #expect(words(17)?.hasSuffix("; xid: 1,536 other lines left out") == true)
    }

    @Test("No line is wider than the terminal, however long the node list", arguments: 60...120)
    func narrow(_ width: Int) {
        let reports =
            stride(from: 1, to: 900, by: 2).map { report("compute-gpu-st-\($0)") }
            + Fixtures.gpuReports
        let lines = GPUFoldedTable().lines(for: reports, width: width)
        #expect(lines.allSatisfy { TerminalText.width($0) <= width })
        #expect(!lines.contains { $0.hasSuffix(" ") })
    }

    @Test func hostile() {
        let finding = Finding(.fail, code: "a", message: "\u{1b}[2J\n\u{202e}evil")
        let lines = GPUFoldedTable().lines(for: [report("n1", [finding])], width: nil)
        #expect(lines.contains("    \\x1b[2J\\n\\u{202e}evil"))
    }
}
