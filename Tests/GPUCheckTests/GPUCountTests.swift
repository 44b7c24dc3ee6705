import GPUCheck
import SlurmModel
import Testing
import Verdicts

@Suite struct GPUCountTests {
    @Test(
        arguments: [
            (8, 8, 8, Verdict.ok, nil), (8, 8, 0, .ok, nil),
            (7, 8, 8, .fail, "gpu.count"), (9, 8, 8, .warn, "gpu.count"),
            // A job that sees exactly the GPUs it was given says nothing about the rest.
            (2, 8, 2, .unknown, "gpu.hidden"),
            // It sees more than it was given, so nothing is hidden; or fewer, so one of its own is gone.
            (7, 8, 0, .fail, "gpu.count"), (1, 8, 2, .fail, "gpu.count"),
            (2, 0, 0, .ok, nil),
        ] as [(Int, Int, Int, Verdict, String?)])
    func expected(
        _ seen: Int, _ expected: Int, _ requested: Int, _ verdict: Verdict, _ code: String?
    ) {
        let evidence = GPUEvidence(
            SMIDocument(gpus: seen), expected: expected, requested: requested)
        #expect(evidence.judgement.verdict == verdict)
        #expect(evidence.judgement.findings.first?.code == code)
    }

    @Test func missingPlaces() throws {
        let evidence = GPUEvidence(SMIDocument(gpus: 2), expected: 4)
        let finding = try #require(evidence.judgement.findings.first)
        #expect(finding.message == "2 of 4 GPUs answer: 0000:a0:00.0, 0000:a1:00.0")
        #expect(finding.subject == nil && finding.remedy != nil)
    }

    @Test func types() {
        var evidence = GPUEvidence(SMIDocument(gpus: 3))
        evidence.expected = [
            GPUCount(type: "h100", total: 2, used: 0), GPUCount(type: nil, total: 1, used: 1),
        ]
        #expect(evidence.judgement.verdict == .ok)
    }

    @Test func sameGPUTwice() {
        let evidence = GPUEvidence(SMIDocument([.hopper(0), .hopper(0)]), expected: 2)
        #expect(evidence.judgement.codes == ["gpu.count"])
    }

    @Test func lostGPU() {
        let document = SMIDocument(gpus: 2).with(gpu: 1, "temperature/gpu_temp", "GPU is lost")
        let judgement = GPUEvidence(document).judgement
        #expect(judgement.codes == ["gpu.lost", "gpu.count"])
        #expect(judgement.verdict == .fail)
    }

    @Test func attached() {
        #expect(GPUEvidence(SMIDocument().with("attached_gpus", "4")).judgement.verdict == .unknown)
        #expect(GPUEvidence(SMIDocument().with("attached_gpus", "1")).judgement.verdict == .unknown)
        #expect(GPUEvidence(SMIDocument().with("attached_gpus", nil)).judgement.verdict == .unknown)
    }

    @Test func noGPUs() {
        let silent = SMIDocument([]).with("attached_gpus", "8")
        #expect(GPUEvidence(silent, expected: 8).judgement.verdict == .unknown)
        #expect(GPUEvidence(SMIDocument([]), expected: 8).judgement.verdict == .fail)
        #expect(
            GPUEvidence(SMIDocument([]), expected: 8, requested: 0).judgement.verdict == .unknown)
        #expect(GPUEvidence(SMIDocument([]), expected: 0).judgement.verdict == .unknown)
    }

    @Test func splitGPUs() {
        var gpu = SMIGPU.hopper(0).with("mig_mode/current_mig", "Enabled")
            .with("mig_mode/pending_mig", "Enabled")
            .with("remapped_rows", "N/A")
        gpu.fields.append(("mig_devices/mig_device/index", "0"))
        let split = SMIDocument([gpu, .hopper(1)])
        // Slurm may count GPUs, or the MIG devices of the split ones.
        #expect(GPUEvidence(split, expected: 2).judgement.verdict == .ok)
        #expect(GPUEvidence(split, expected: 3).judgement.verdict == .fail)
    }
}
