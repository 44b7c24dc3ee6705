import GPUCheck
import SlurmModel
import TestSupport
import Testing
import Verdicts

@Suite struct GPUMutationTests {
    private static let gpus = [SMIGPU.hopper(0), SMIGPU.turing(0)]

    private func verdict(_ bytes: [UInt8]) -> Verdict {
        GPUEvidence(
            exit: .exited(0), stdout: bytes, expected: [.gpus(1)], requested: 1
        ).judgement.verdict
    }

    /// Every field of every GPU in every spelling of "not readable".
    @Test(arguments: gpus.indices)
    func spoiledFields(_ index: Int) {
        let gpu = Self.gpus[index]
        for path in gpu.fields.map(\.path) where path != "processes" {
            func spoiled(_ text: String) -> Verdict {
                verdict(SMIDocument([gpu.with(path, text)]).bytes)
            }
            #expect(spoiled("[GPU is lost]") == .fail, "\(path)")
            #expect(spoiled("[GPU requires reset]") == .fail, "\(path)")
            let isUsed = !Self.unused.contains { path.hasSuffix($0) }
            if isUsed {
                #expect(spoiled("ERR!") != .ok, "\(path)")
                #expect(spoiled("[Unknown Error]") != .ok, "\(path)")
            }
            let isNeeded = Self.needed.contains(path)
            for absent in ["N/A", "[Not Supported]", ""] {
                #expect((spoiled(absent) == .ok) != isNeeded, "\(path) \(absent)")
            }
        }
    }

    /// Fields without a rule, or whose error means nothing.
    private static let unused = [
        "serial", "persistence_mode", "pending_mig", "virtualization_mode", "pci_bus_id",
        "replay_counter", "sw_power_cap", "remapped_row_corr", "remapped_row_unc",
        "gpu_temp_max_threshold", "vbios_version", "gsp_firmware_version", "link_gen",
        "link_width", "performance_state", "usage/reserved", "pending_ecc", "health/summary",
        "aggregate/sram_uncorrectable_parity",
        "aggregate/sram_uncorrectable_secded", "aggregate/dram_uncorrectable",
    ]

    /// Fields without which there is no verdict.
    private static let needed = [
        "product_name", "uuid", "fb_memory_usage/total", "fb_memory_usage/used",
        "temperature/gpu_temp",
    ]

    @Test(arguments: gpus.indices)
    func lostEverywhere(_ index: Int) {
        let gpu = Self.gpus[index]
        for text in ["N/A", "ERR!", "[GPU is lost]", "", "[Insufficient Permissions]", "?"] {
            var spoiled = gpu
            spoiled.fields = gpu.fields.map { ($0.path, text) }
            #expect(verdict(SMIDocument([spoiled]).bytes) != .ok, "\(text)")
        }
    }

    @Test func spoiledHead() {
        for name in ["driver_version", "attached_gpus"] {
            for text in ["N/A", "ERR!", "", "[Insufficient Permissions]", "?"] as [String?] + [nil]
            {
                #expect(verdict(SMIDocument(gpus: 1).with(name, text).bytes) == .unknown)
            }
        }
        #expect(verdict(SMIDocument(gpus: 1).with("cuda_version", nil).bytes) == .ok)
    }

    @Test func cutOff() {
        let bytes = SMIDocument(gpus: 1).bytes
        let end = bytes.count - 1  // The line feed after the last end tag may go.
        #expect(verdict(Array(bytes[..<end])) == .ok)
        for length in stride(from: 0, to: end, by: 23) {
            #expect(verdict(Array(bytes[..<length])) == .unknown, "\(length)")
        }
        #expect(verdict(Array(bytes[..<(end - 1)])) == .unknown)
    }

    @Test func cutOffAfterAFault() {
        let document = SMIDocument(gpus: 2).with("gpu_recovery_action", "x")
            .with(gpu: 0, "remapped_rows/remapped_row_pending", "Yes")
        let result = GPUCheck.judge(
            GPUEvidence(
                exit: .exited(0), stdout: Array(document.bytes.dropLast(200)),
                expected: [.gpus(2)], requested: 2))
        #expect(result.judgement.codes == ["gpu.remap_pending", "gpu.answer"])
        #expect(result.gpus.count == 2)
    }

    @Test func zeroBytes() throws {
        let bytes = SMIDocument(gpus: 1).bytes
        for offset in stride(from: 30, to: bytes.count - 20, by: 41) {
            var spoiled = bytes
            spoiled[offset] = 0
            #expect(verdict(spoiled) != .ok, "\(offset)")
        }
    }

    @Test func randomBytes() {
        var generator = SplitMix(state: 42)
        let bytes = SMIDocument(gpus: 1).bytes
        for _ in 0..<300 {
            var spoiled = bytes
            for _ in 0..<4 {
                spoiled[Int.random(in: 0..<bytes.count, using: &generator)] =
                    UInt8.random(in: 0...255, using: &generator)
            }
            // A changed digit may be fine; what counts is that nothing crashes.
            _ = verdict(spoiled)
        }
    }

    @Test func processNames() {
        for name in ["<b", "a & b", "</process_name><x>", "\u{1}\u{2}", "[GPU is lost]"] {
            let gpu = SMIGPU.hopper(0).with("processes/process_info/process_name", name)
            var evidence = GPUEvidence(SMIDocument([gpu]))
            // A job holds it, whose process that may be.
            evidence.expected = [GPUCount(type: nil, total: 1, used: 1)]
            #expect(evidence.judgement.verdict == .ok, "\(name)")
        }
        let open = Array("<process_name>".utf8)
        #expect(verdict(open + open) == .unknown)
    }

    @Test(
        .timeLimit(.minutes(20)),
        arguments: [
            "product_name", "uuid", "gpu_recovery_action", "remapped_rows/remapped_row_pending",
        ])
    func enormousValue(_ path: String) {
        // One of them as large as answers get; the others take the same way.
        let most = Fuzzing.rounds(10_000_000, few: 1_000_000)
        let long = String(repeating: "7", count: path == "uuid" ? most : 100_000)
        #expect(verdict(SMIDocument([SMIGPU.hopper(0).with(path, long)]).bytes) > .warn)
        for (count, isName) in [(511, true), (512, true), (513, false)] {
            let text = String(repeating: "x", count: count)
            let isOk = verdict(SMIDocument([SMIGPU.hopper(0).with(path, text)]).bytes) == .ok
            #expect(isOk == (isName && ["product_name", "uuid"].contains(path)), "\(count)")
        }
    }

    @Test func twoDocuments() {
        let bytes = SMIDocument(gpus: 1).bytes
        #expect(verdict(bytes + bytes) == .unknown)
    }

    @Test func otherDocuments() {
        #expect(verdict(Array("<?xml version='1.0'?><html><body/></html>".utf8)) == .unknown)
        #expect(verdict(Array("<nvidia_smi_log></nvidia_smi_log>".utf8)) == .unknown)
        #expect(verdict(Array("<nvidia_smi_log><gpu/></nvidia_smi_log>".utf8)) == .unknown)
    }

    @Test(
        .timeLimit(.minutes(20)),
        arguments: [
            "x", "<a>", "<gpu/>", "<nvidia_smi_log>", "<process_name>",
            "<process_name></process_name>", "\u{0}", "</nvidia_smi_log>", "<![CDATA[",
        ])
    func large(_ piece: String) {
        // Ten times that for the two worst: pieces read to the end, and those that make most elements.
        let least = Fuzzing.rounds(1_000_000, few: 30_000)
        let size = ["x", "<gpu/>"].contains(piece) ? 10 * least : least
        let filling = Array(String(repeating: piece, count: size / piece.utf8.count).utf8)
        let head = Array("<?xml version=\"1.0\" ?>\n<nvidia_smi_log>".utf8)
        #expect(verdict(head + filling + Array("</nvidia_smi_log>".utf8)) != .ok)
        #expect(verdict(Array(filling.prefix(1_000_000))) != .ok)
    }
}

/// Numbers that are the same in every run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
