@testable import FanOut
@testable import GPUCheck
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// Answers of nvidia-smi: damaged as long as time allows, in a process of its own.
@Suite("Fuzzing: nvidia-smi", .timeLimit(.minutes(10)))
struct GPUAnswerFuzzTests {
    @Test("nvidia-smi's answers") func graphics() async {
        await #expect(processExitsWith: .success) {
            let words = [
                "<gpu id=\"0\">", "</gpu>", "<", "&#0;", "<![CDATA[", "N/A", "[GPU is lost]",
                "@fleet part smi exit=0\n", "@fleet end\n", "NVRM: Xid (PCI:0000:a1:00): 79,",
            ]
            let probe = GPUCheckProbe(timeout: 60)
            let node = Node(name: "gpu-1", gpus: [.gpus(2)])
            Fuzzing.run("gpu", and: [Array(GPUAnswerTests.healthy.utf8)], pieces: words) { bytes in
                let result = NodeResult(
                    node: "gpu-1", outcome: .finished, launcher: .job, stdout: bytes)
                let report = NodeReport(result: result, node: node, probe: probe)
                precondition(report.verdict != .ok || GPUAnswer(bytes).isWhole)
            }
        }
    }
}
