import GPUCheck
import SlurmModel
import Testing
import Verdicts

/// One way nvidia-smi ends without a document, and what follows.
struct FailureCase: CustomTestStringConvertible {
    var exit: Int
    var message: String
    var verdict: Verdict
    var code: String

    init(_ exit: Int, _ message: String, _ verdict: Verdict, _ code: String) {
        self.exit = exit
        self.message = message
        self.verdict = verdict
        self.code = code
    }

    var testDescription: String { "\(exit) \(message)" }
}

@Suite struct NvidiaSMIFailureTests {
    private static let messages = [
        FailureCase(
            9, "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
            .fail,
            "gpu.driver"),
        FailureCase(6, "No devices were found", .fail, "gpu.count"),
        FailureCase(
            18,
            "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.161",
            .fail, "gpu.driver_mismatch"),
        FailureCase(255, "Failed to initialize NVML: Unknown Error", .fail, "gpu.driver"),
        FailureCase(
            4, "Failed to initialize NVML: Insufficient Permissions", .unknown, "gpu.driver"),
        FailureCase(12, "NVIDIA-SMI couldn't find libnvidia-ml.so library", .fail, "gpu.driver"),
        FailureCase(
            15, "Unable to determine the device handle for GPU 0000:05:00.0: GPU is lost.  Reboot",
            .fail, "gpu.lost"),
        FailureCase(
            255, "Unable to determine the device handle for GPU0000:05:00.0: Unknown Error", .fail,
            "gpu.unreadable"),
        FailureCase(
            255, "unable to determine the device handle for gpu 0000:05:00.0: Not Found", .fail,
            "gpu.unreadable"),
    ]

    @Test(arguments: messages) func standardOutput(_ failure: FailureCase) {
        let judgement = GPUEvidence(exit: failure.exit, failure.message + "\n").judgement
        #expect(judgement.verdict == failure.verdict)
        #expect(judgement.codes == [failure.code])
    }

    @Test(arguments: messages) func standardError(_ failure: FailureCase) {
        let judgement = GPUEvidence(exit: failure.exit, "", stderr: failure.message).judgement
        #expect(judgement.verdict == failure.verdict)
        #expect(judgement.codes == [failure.code])
    }

    @Test(arguments: [
        FailureCase(1, "", .unknown, "gpu.nvidia_smi"),
        FailureCase(2, "", .unknown, "gpu.nvidia_smi"),
        FailureCase(3, "", .unknown, "gpu.nvidia_smi"),
        FailureCase(4, "", .unknown, "gpu.nvidia_smi"),
        FailureCase(6, "", .fail, "gpu.count"), FailureCase(8, "", .fail, "gpu.power_cable"),
        FailureCase(9, "", .fail, "gpu.driver"), FailureCase(10, "", .fail, "gpu.interrupt"),
        FailureCase(12, "", .fail, "gpu.driver"), FailureCase(13, "", .unknown, "gpu.nvidia_smi"),
        FailureCase(15, "", .fail, "gpu.lost"), FailureCase(16, "", .fail, "gpu.reset_required"),
        FailureCase(17, "", .fail, "gpu.blocked"),
        FailureCase(18, "", .fail, "gpu.driver_mismatch"),
        FailureCase(124, "", .fail, "gpu.hang"), FailureCase(126, "", .unknown, "gpu.nvidia_smi"),
        FailureCase(127, "", .fail, "gpu.not_installed"), FailureCase(137, "", .fail, "gpu.hang"),
        FailureCase(139, "", .unknown, "gpu.nvidia_smi"),
        FailureCase(255, "", .unknown, "gpu.nvidia_smi"),
    ])
    func exitCodes(_ failure: FailureCase) {
        // Without a document, and with one that looks fine: the exit code stands.
        #expect(GPUEvidence(exit: failure.exit, "").judgement.codes == [failure.code])
        let document = SMIDocument(gpus: 8).text
        let judgement = GPUEvidence(exit: failure.exit, document).judgement
        #expect(judgement.verdict == failure.verdict)
    }

    @Test func timedOut() {
        var evidence = GPUEvidence(exit: 0, "")
        evidence.exit = nil
        #expect(evidence.judgement.codes.first == "gpu.nvidia_smi")
        evidence.timedOut = true
        #expect(evidence.judgement.codes == ["gpu.hang"])
    }

    @Test func infoROM() throws {
        let warning = "WARNING: infoROM is corrupted at gpu 0000:A1:00.0\n"
        for (exit, stdout, stderr) in [
            (14, SMIDocument(gpus: 8).text + warning, ""), (0, SMIDocument(gpus: 8).text, warning),
            (0, warning + SMIDocument(gpus: 8).text, ""),
        ] {
            let result = GPUCheck.judge(GPUEvidence(exit: exit, stdout, stderr: stderr))
            #expect(result.judgement.codes == ["gpu.inforom"])
            #expect(result.judgement.verdict == .warn)
            #expect(result.gpus[1].verdict == .warn && result.gpus[0].verdict == .ok)
        }
        #expect(GPUEvidence(exit: 14, SMIDocument(gpus: 8).text).judgement.verdict == .warn)
        #expect(GPUEvidence(exit: 14, warning).judgement.verdict == .unknown)
    }

    @Test func hiddenGPUs() {
        let nothing = GPUEvidence(exit: 6, "No devices were found", requested: 0)
        #expect(nothing.judgement.codes == ["gpu.hidden"])
        #expect(nothing.judgement.verdict == .unknown)
        let barred = GPUEvidence(
            exit: 255, "Failed to initialize NVML: Unknown Error", requested: 0)
        #expect(barred.judgement.verdict == .unknown)
        #expect(GPUEvidence(exit: 17, "", requested: 0).judgement.verdict == .unknown)
    }

    @Test(arguments: [6, 9, 127]) func nodeWithoutGPUs(_ exit: Int) {
        let judgement = GPUEvidence(exit: exit, "", expected: 0, requested: 0).judgement
        #expect(judgement.verdict == .ok)
        #expect(judgement.findings.map(\.severity) == [.info])
    }

    @Test func infoDoesNotExplainACutAnswer() {
        let cut = String(SMIDocument().text.dropLast(40))
        let judgement = GPUEvidence(
            exit: 9, cut, expected: 0, requested: 0
        ).judgement
        #expect(judgement.verdict == .unknown)
    }

    @Test func oneLine() throws {
        let text =
            "Failed to initialize NVML: Weird\u{1b}[31m\u{7}" + String(repeating: "x", count: 900)
        let finding = try #require(GPUEvidence(exit: 255, text).judgement.findings.first)
        #expect(finding.message.count < 300)
        #expect(!finding.message.contains("\u{1b}"))
    }
}
