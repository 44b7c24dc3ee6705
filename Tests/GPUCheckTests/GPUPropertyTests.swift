@testable import FanOut
@testable import GPUCheck
import Foundation
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

/// A node's answer, put together of facts, as the collector sends it.
private struct ComposedAnswer {
    /// Fields of GPUs that are not a healthy GPU's.
    var fields: [(gpu: Int, path: String, text: String)] = []
    /// Messages of the kernel log, each with its own second.
    var messages: [(second: Int, text: String)] = []
    /// Links that are not at full speed, by GPU and number.
    var links: [(gpu: Int, link: Int, text: String)] = []
    /// GPUs that nvidia-smi no longer lists, that the bus shows as gone, and what the fabric manager is.
    var unlisted: Set<Int> = []
    var gone: Set<Int> = []
    var manager = "active"
    /// What nvidia-smi wrote to standard error, and its exit code.
    var errors: [String] = []
    var exit = 0

    /// How many GPUs the node has.
    static let gpus = 2
    /// Its parts, in the order in which the collector sends them.
    static let names = ["host", "driver", "pci", "fabric_manager", "kernel", "smi", "nvlink"]

    /// The answer; a part may be left out, changed in its length, or all of them shuffled.
    func bytes(
        without removed: String? = nil, cut: (name: String, bytes: Int)? = nil,
        order: ([String]) -> [String] = { $0 }, lines: ([String]) -> [String] = { $0 }
    ) -> [UInt8] {
        var contents = contents(lines)
        if !errors.isEmpty { contents.append(("smi_errors", 0, lines(errors))) }
        let ends = contents.count
        let texts = Dictionary(uniqueKeysWithValues: contents.map { ($0.name, $0) })
        var text = "@fleet gpu-check 2\n"
        for name in order(contents.map(\.name)) where name != removed {
            guard let part = texts[name] else { continue }
            var content = part.lines.joined(separator: "\n")
            if let cut, cut.name == name { content = String(content.dropLast(cut.bytes)) }
            text +=
                "@fleet part \(name) exit=\(part.exit) encoding=plain size=\(content.utf8.count)\n\(content)\n"
        }
        return Array((text + "@fleet end \(ends)\n").utf8)
    }

    private func contents(_ shuffled: ([String]) -> [String]) -> [(
        name: String, exit: Int, lines: [String]
    )] {
        let listed = (0..<Self.gpus).filter { !unlisted.contains($0) }
        let document = SMIDocument(
            listed.map { index in
                fields.filter { $0.gpu == index }.reduce(SMIGPU.hopper(index)) {
                    $0.with($1.path, $1.text)
                }
            })
        let bus = (0..<Self.gpus).map {
            "0000:a\($0):00.0 0302: 10de:2330 (rev \(gone.contains($0) ? "ff" : "a1"))"
        }
        let log = messages.map { "[\($0.second).5] \($0.text)" }
        let status = listed.map { index in
            (["GPU \(index): NVIDIA H100 80GB HBM3 (UUID: GPU-0000000\(index))"]
                + (0..<6).map { link in
                    let text = links.last { $0.gpu == index && $0.link == link }?.text
                    return "\t Link \(link): \(text ?? "26.562 GB/s")"
                }).joined(separator: "\n")
        }
        return [
            ("host", 0, shuffled(["boot_id=b-1", "uptime=90000.50"])),
            ("driver", 0, ["NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.105.08  Tue"]),
            ("pci", 0, shuffled(bus + ["0000:c0:00.0 0680: 10de:22a3 (rev a1)"])),
            ("fabric_manager", manager == "active" ? 0 : 3, [manager]),
            ("kernel", 0, ["dmesg"] + shuffled(log) + ["@read \(900 + log.count) whole"]),
            ("smi", exit, document.text.split(separator: "\n").map(String.init)),
            ("nvlink", 0, shuffled(status)),
        ]
    }

    /// What fleet concludes.
    static func judge(_ bytes: [UInt8]) -> Judgement {
        GPUCheckProbe(timeout: 60).judge(
            NodeResult(node: "gpu-1", outcome: .finished, launcher: .direct, stdout: bytes),
            node: Node(name: "gpu-1", gpus: [.gpus(gpus)]))
    }
}

/// One thing that is worse than on a healthy node.
private struct WorseFact {
    /// What it changes: two facts about one thing are no addition.
    var key: String
    /// Adds it.
    var add: (inout ComposedAnswer) -> Void

    /// Fields, and texts of each that are no healthy GPU's.
    private static let fields: [(path: String, texts: [String])] = [
        (
            "gpu_recovery_action",
            ["Reset", "Reboot", "Drain P2P", "Drain and Reset", "Pray", "Unknown Error"]
        ),
        ("remapped_rows/remapped_row_pending", ["Yes", "ERR!", "Maybe"]),
        ("remapped_rows/remapped_row_failure", ["Yes", "1"]),
        ("remapped_rows/remapped_row_unc", ["511", "512", "600"]),
        (
            "ecc_errors/volatile/dram_uncorrectable",
            ["1", "17", "-1", "ERR!", "[Insufficient Permissions]"]
        ),
        ("ecc_errors/aggregate/sram_threshold_exceeded", ["Yes"]),
        ("ecc_errors/channel_repair_pending", ["Yes"]), ("ecc_errors/unrepairable_memory", ["Yes"]),
        ("temperature/gpu_temp_tlimit", ["0 C", "-1 C", "-9 C", "warm"]),
        ("temperature/gpu_temp", ["ERR!", "GPU is lost", "N/A"]),
        ("temperature/memory_temp", ["ERR!"]),
        ("clocks_event_reasons/clocks_event_reason_hw_slowdown", ["Active"]),
        ("fabric/status", ["Timeout", "Unknown Error"]),
        ("fabric/state", ["Not Started", "In Progress", "Odd"]),
        ("fabric/health/summary", ["Unhealthy", "Limited Capacity"]), ("fan_speed", ["ERR!"]),
        ("fb_memory_usage/used", ["900 MiB", "Unknown Error", "N/A"]), ("uuid", ["N/A"]),
        ("ecc_mode/pending_ecc", ["Disabled"]), ("product_name", ["ERR!", "N/A"]),
        ("clocks/sm_clock", ["[GPU requires reset]", "[GPU is lost]"]),
    ]

    /// Messages of the driver; `#` stands for the GPU's number.
    private static let messages: [String] =
        ([
            8, 11, 13, 31, 38, 43, 45, 46, 48, 54, 62, 63, 64, 66, 74, 78, 79, 92, 94, 95, 109, 110,
            119, 120,
            121, 136, 137, 140, 142, 143, 151, 155, 156, 157, 158, 163, 167, 168, 169, 171, 172,
            173, 250,
        ] + (0..<20).map { 300 + $0 }).map {
            "NVRM: Xid (PCI:0000:a#:00): \($0), pid=7, name=python, x"
        }
        + (144...150).flatMap { number in
            ["Fatal", "Nonfatal", ""].map {
                "NVRM: Xid (PCI:0000:a#:00): \(number), NETIR_X \($0) XC0 i0 Link 5"
            }
        }
        + [13, 48, 64, 79, 94, 145, 149, 163].map {
            "NVRM: Xid (PCI:0000:a#:00): 45, pid=7, name=x, Ch 00000008 caused by previous Xid \($0)"
        }
        + ["GPU Reset Required", "Node Reboot Required", "Drain P2P", "Drain and Reset", "Odd"].map
    {
        "NVRM: Xid (PCI:0000:a#:00): 154, GPU recovery action changed from 0x0 (None) to 0x1 (\($0))"
    }
        + ["Fatal, Link 3", "Non-fatal, Link 3", "Link 3", "Severity 1 Engine instance 3"].flatMap {
            words in
            [20034, 12028].map { "nvidia-nvswitch#: SXid (PCI:0000:c#:00.0): \($0), \(words)" }
        }
        + [
            "NVRM: GPU 0000:a#:00.0: GPU has fallen off the bus.",
            "NVRM: GPU 0000:b#:00.0: GPU has fallen off the bus.",
            "NVRM: GPU 0000:a#:00.0: RmInitAdapter failed! (0x62:0x40:2142)",
            "NVRM: GPU 0000:b#:00.0: RmInitAdapter failed! (0x62:0x40:2142)",
            "NVRM: RmInitAdapter: Cannot initialize GSP firmware RM",
            "NVRM: The NVIDIA probe routine failed for # device(s).",
            "NVRM: The NVIDIA probe routine was not called for # device(s).",
            "NVRM: GPU 0000:b#:00.0 is already bound to nouveau.",
            "NVRM: GPU# _kgspBootGspRm: unexpected WPR2 already up, cannot proceed with booting GSP",
            "NVRM: nvAssertOkFailedNoLog: Assertion failed: Reset required [NV_ERR_RESET_REQUIRED] (0x62) returned from x",
            "NVRM: nvCheckOkFailedNoLog: Check failed: GPU lost from the bus [NV_ERR_GPU_IS_LOST] (0xF) returned from x",
        ]

    /// Any of them.
    static func random(_ random: inout SeededRandom) -> WorseFact {
        let gpu = Int.random(in: 0..<ComposedAnswer.gpus, using: &random)
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<7:
            let field = fields[Int.random(in: 0..<fields.count, using: &random)]
            let text = field.texts[Int.random(in: 0..<field.texts.count, using: &random)]
            return WorseFact(key: "\(gpu) \(field.path)") {
                $0.fields.append((gpu, field.path, text))
            }
        case 7..<15:
            let text = messages[Int.random(in: 0..<messages.count, using: &random)]
                .replacing("#", with: "\(gpu)")
            // Of several Xid 154 of a GPU the last counts, which may ask for less.
            let isRecovery = text.contains("recovery action")
            return WorseFact(key: isRecovery ? "154 \(gpu)" : text) { answer in
                answer.messages.append((80_000 + answer.messages.count * 7, text))
            }
        case 15:
            let link = Int.random(in: 0..<6, using: &random)
            let text = Bool.random(using: &random) ? "<inactive>" : "13.281 GB/s"
            return WorseFact(key: "\(gpu) link \(link)") { $0.links.append((gpu, link, text)) }
        case 16: return WorseFact(key: "gone \(gpu)") { $0.gone.insert(gpu) }
        case 17: return WorseFact(key: "unlisted \(gpu)") { $0.unlisted.insert(gpu) }
        case 18: return WorseFact(key: "manager") { $0.manager = "failed" }
        default:
            let text = "WARNING: infoROM is corrupted at gpu 0000:A\(gpu):00.0"
            return WorseFact(key: text) { $0.errors.append(text) }
        }
    }

    /// An answer with some of them, and what they change.
    static func answer(_ random: inout SeededRandom, count: Int) -> (ComposedAnswer, Set<String>) {
        var answer = ComposedAnswer()
        var keys: Set<String> = []
        for _ in 0..<count {
            let fact = self.random(&random)
            if keys.insert(fact.key).inserted { fact.add(&answer) }
        }
        return (answer, keys)
    }
}

/// What holds for every answer that is put together by a fixed seed: 450 of them, and while fuzzing ten thousand
/// (FLEET_PROPERTY_ANSWERS: answers of each part of each property, which are judged two to four times).
@Suite("Verdicts of composed answers", .timeLimit(.minutes(10)))
struct GPUPropertyTests {
    /// Answers of each property; in parts, which run beside each other.
    private static let parts = 0..<5
    private static let answers =
        ProcessInfo.processInfo.environment["FLEET_PROPERTY_ANSWERS"].flatMap(Int.init)
        ?? Fuzzing.rounds(260, few: 12)

    @Test("The healthy one is ok")
    func healthy() {
        #expect(ComposedAnswer.judge(ComposedAnswer().bytes()).findings == [])
    }

    @Test("A worse fact never makes the verdict better", arguments: parts)
    func monotonic(_ part: Int) async {
        var random = SeededRandom(UInt64(part))
        for number in 0..<Self.answers {
            let count = Int.random(in: 0...4, using: &random)
            var (answer, keys) = WorseFact.answer(&random, count: count)
            let fact = WorseFact.random(&random)
            guard !keys.contains(fact.key) else { continue }
            let before = ComposedAnswer.judge(answer.bytes())
            fact.add(&answer)
            let after = ComposedAnswer.judge(answer.bytes())
            #expect(
                after.verdict >= before.verdict,
                "\(part)/\(number) \(fact.key): \(before.findings.map(\.text)) -> \(after.findings.map(\.text))"
            )
            await Task.yield()
        }
    }

    @Test("A part that is gone or damaged never makes unknown or fail ok", arguments: parts)
    func damaged(_ part: Int) async {
        var random = SeededRandom(UInt64(100 + part))
        for number in 0..<Self.answers {
            let count = Int.random(in: 1...4, using: &random)
            let (answer, _) = WorseFact.answer(&random, count: count)
            let whole = ComposedAnswer.judge(answer.bytes())
            let name = ComposedAnswer.names[
                Int.random(in: 0..<ComposedAnswer.names.count, using: &random)]
            let removed = ComposedAnswer.judge(answer.bytes(without: name))
            #expect(removed.verdict > .warn, "\(part)/\(number) without \(name)")
            let bytes = Int.random(in: 1...40, using: &random)
            let cut = ComposedAnswer.judge(answer.bytes(cut: (name, bytes)))
            if whole.verdict > .warn {
                #expect(
                    cut.verdict != .ok,
                    "\(part)/\(number) \(name) cut by \(bytes): \(whole.findings.map(\.text))")
            }
            var damaged = answer.bytes()
            let place = Int.random(in: 0..<damaged.count, using: &random)
            let length = min(damaged.count - place, Int.random(in: 1...60, using: &random))
            damaged.removeSubrange(place..<(place + length))
            if whole.verdict > .warn {
                #expect(
                    ComposedAnswer.judge(damaged).verdict != .ok,
                    "\(part)/\(number) \(length) bytes at \(place)")
            }
            await Task.yield()
        }
    }

    @Test("The order of independent lines and parts changes nothing", arguments: parts)
    func permuted(_ part: Int) async {
        var random = SeededRandom(UInt64(200 + part))
        for number in 0..<Self.answers {
            let count = Int.random(in: 1...6, using: &random)
            let (answer, _) = WorseFact.answer(&random, count: count)
            let seed = UInt64(number)
            func shuffled(_ values: [String]) -> [String] {
                var random = SeededRandom(seed)
                return values.shuffled(using: &random)
            }
            let before = ComposedAnswer.judge(answer.bytes())
            let after = ComposedAnswer.judge(answer.bytes(order: shuffled, lines: shuffled))
            #expect(
                Set(before.findings.map(\.text)) == Set(after.findings.map(\.text)),
                "\(part)/\(number): \(before.findings.map(\.text)) -> \(after.findings.map(\.text))"
            )
            #expect(before.verdict == after.verdict)
            await Task.yield()
        }
    }
}
