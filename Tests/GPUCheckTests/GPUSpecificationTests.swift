import FanOut
import GPUCheck
import SlurmModel
import Testing
import Verdicts

/// What gpu-check keeps of a row, and whose memory and processes on a GPU are leaked.
@Suite("What gpu-check keeps, and who holds a GPU")
struct GPUSpecificationTests {
    private static func row(_ evidence: GPUEvidence) -> NodeReport {
        NodeReport(
            result: NodeResult(node: "n", outcome: .finished, exit: .exited(0)),
            judgement: evidence.judgement, node: nil)
    }

    /// A finding of an earlier run must stand until somebody looked again.
    @Test("What a run could not see is kept as unseen, and what it saw is not")
    func unseen() throws {
        let specification = GPUCheckSpecification(timeout: 60)
        var evidence = GPUEvidence(SMIDocument(gpus: 2))
        (evidence.kernelLog, evidence.nvlink) = (.missing("denied"), .missing("it hung"))
        let blind = try #require(specification.results(of: Self.row(evidence)).first)
        #expect(Set(blind.unseen).isSuperset(of: ["gpu.xid", "gpu.kernel_fault", "gpu.nvlink"]))
        #expect(!blind.unseen.contains("gpu.lost") && !blind.unseen.contains("gpu.count"))
        #expect(Set(blind.findings.map(\.code)) == ["gpu.kernel_unread", "gpu.nvlink_unread"])
        evidence.kernelLog = .value(KernelLog(source: "dmesg", lines: []))
        evidence.nvlink = .value([])
        evidence.pci = .value([])
        evidence.kernelDriver = "580.105.08"
        let seeing = try #require(specification.results(of: Self.row(evidence)).first)
        #expect(seeing.unseen.isEmpty && seeing.findings.isEmpty, "\(seeing.unseen)")
        // Where nvidia-smi says nothing, nothing of a GPU is seen.
        let silent = try #require(
            specification.results(of: Self.row(GPUEvidence(exit: 124, ""))).first)
        #expect(
            Set(silent.unseen).isSuperset(of: [
                "gpu.lost", "gpu.ecc_uncorrected", "gpu.leaked_memory",
            ]))
        let none = NodeReport(
            result: NodeResult(node: "n", outcome: .notRun), judgement: nil, node: nil)
        #expect(specification.results(of: none).isEmpty)
    }

    @Test(
        "Every check is named in the facts of a node that has all of it, once or as not applicable")
    func coverage() {
        for count in [1, 2, 8] {
            let result = GPUCheck.judge(GPUEvidence(SMIDocument(gpus: count)))
            let checks = result.checks
            #expect(Set(checks.statuses.keys) == Set(GPUCheckName.allCases))
            #expect(checks.ran + checks.notRun.count == checks.total)
            #expect(result.judgement.facts["gpu_count"] == .int(count))
            #expect(result.gpus.map(\.index) == Array(0..<count))
        }
    }

    // MARK: Leaks

    /// GPUs with a process, of four.
    private static func evidence(
        busy: [Int], held: Int, requested: Int, visible: Int = 4,
        _ change: (SMIGPU) -> SMIGPU = { $0 }
    ) -> GPUEvidence {
        let gpus = (0..<visible).map { index in
            let gpu = SMIGPU.hopper(index)
            guard busy.contains(index) else { return gpu }
            return change(gpu.with("processes/process_info/pid", "77"))
        }
        var evidence = GPUEvidence(SMIDocument(gpus))
        evidence.expected = [GPUCount(type: "h100", total: 4, used: held)]
        evidence.requested = requested
        return evidence
    }

    @Test(
        "A job that sees its own GPUs alone finds there what is left of others",
        arguments: [
            // Two are its own, and another job's two it does not see.
            ([0], 2, 2, 2, true), ([], 2, 2, 2, false), ([0, 1], 2, 2, 2, true),
            // It sees all, so as many may be busy as jobs hold.
            ([0], 2, 2, 4, false), ([0, 1], 2, 2, 4, false), ([0, 1, 2], 2, 2, 4, true),
            ([0], 0, 4, 4, true), ([0], 1, 0, 4, false), ([0, 1], 1, 0, 4, true),
            ([0, 1, 2, 3], 4, 0, 4, false),
        ])
    func held(_ busy: [Int], _ held: Int, _ requested: Int, _ visible: Int, _ isLeaked: Bool) {
        let judgement = Self.evidence(
            busy: busy, held: held, requested: requested, visible: visible
        ).judgement
        #expect(judgement.codes.contains("gpu.leaked_process") == isLeaked)
        if isLeaked {
            let finding = judgement.findings.first { $0.code == "gpu.leaked_process" }
            let places = busy.map(String.init).joined(separator: ", ")
            let words = busy.count == 1 ? "GPU \(places)" : "GPUs \(places)"
            let known = visible < 4 ? 0 : held
            #expect(
                finding?.message
                    == "\(busy.count) processes on \(words), and jobs hold \(known) GPUs")
        }
    }

    @Test("A desktop's GPU, a split one, and GPUs that jobs share, are nobody's leak")
    func others() {
        let desktop = Self.evidence(busy: [1], held: 0, requested: 4) {
            $0.with("display_active", "Enabled")
        }
        #expect(desktop.judgement.findings == [])
        let split = Self.evidence(busy: [1], held: 0, requested: 4) {
            $0.with("mig_mode/current_mig", "Enabled").with("mig_mode/pending_mig", "Enabled")
                .with("mig_devices/mig_device/index", "0")
        }
        #expect(!split.judgement.codes.contains("gpu.leaked_process"))
        var shared = Self.evidence(busy: [1], held: 0, requested: 4)
        shared.isShared = true
        #expect(shared.judgement.findings == [])
        // A GPU that is lost says nothing of its processes.
        let lost = Self.evidence(busy: [1], held: 0, requested: 4) {
            $0.with("fabric/state", "GPU is lost")
        }
        #expect(!lost.judgement.codes.contains("gpu.leaked_process"))
    }
}
