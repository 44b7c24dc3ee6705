@testable import FanOut
import Foundation
@testable import GPUCheck
import SlurmModel
import Subprocess
import SystemPackage
import TestSupport
import Testing
@testable import Verdicts

/// Answers of a node that wants to bring the head node down, or to pass for healthy.
@Suite("A hostile node's answer costs little, and is never ok", .timeLimit(.minutes(20)))
struct GPUHostileAnswerTests {
    private static func part(_ name: String, _ content: [UInt8], size: Int? = nil) -> [UInt8] {
        let packed = content.starts(with: [0x1f, 0x8b]) ? "gzip" : "plain"
        let head =
            "@fleet part \(name) exit=0 encoding=\(packed) size=\(size ?? content.count)\n"
        return Array(head.utf8) + content + [10]
    }

    private static func part(_ name: String, _ text: String, size: Int? = nil) -> [UInt8] {
        part(name, Array(text.utf8), size: size)
    }

    private static func answer(_ parts: [[UInt8]]) -> [UInt8] {
        // Piece by piece: joined() takes seconds for megabytes in a debug build.
        var bytes = Array("@fleet gpu-check 2\n".utf8)
        for part in parts { bytes += part }
        return bytes + Array("@fleet end\n".utf8)
    }

    /// The parts of a healthy answer, in order.
    private static let healthy: [(name: String, bytes: [UInt8])] = [
        ("host", part("host", "boot_id=b-1\nuptime=90000.50")),
        ("driver", part("driver", "NVRM version: NVIDIA UNIX Kernel Module  580.105.08  Tue")),
        (
            "pci",
            part("pci", "0000:a0:00.0 0302: 10de:2330 (rev a1)\n0000:a1:00.0 0302: 10de:2330")
        ),
        ("kernel", part("kernel", "dmesg\n@read 900 whole")),
        ("smi", part("smi", SMIDocument(gpus: 2).text)),
    ]

    private static func judge(_ bytes: [UInt8]) -> Judgement {
        GPUCheckProbe(timeout: 60).judge(
            NodeResult(node: "gpu-1", outcome: .finished, launcher: .job, stdout: bytes),
            node: Node(name: "gpu-1", gpus: [.gpus(2)]))
    }

    /// What a shell command writes, packed.
    private static func bomb(_ command: String) async throws -> [UInt8] {
        try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", "\(command) | gzip -9c"],
            output: .bytes(limit: 1 << 22), error: .discarded
        ).standardOutput
    }

    /// Four times the budget, in 16 KB.
    private static let zeroBomb = Task { try await bomb("head -c 16777216 /dev/zero") }

    @Test("The parts that a healthy answer is made of here are a healthy answer")
    func healthyAnswer() {
        let judgement = Self.judge(Self.answer(Self.healthy.map(\.bytes)))
        #expect(judgement.findings == [])
    }

    @Test("A bomb in one part: the answer's beginning is taken, and no more", arguments: [0, 3, 4])
    func oneBomb(place: Int) async throws {
        var parts = Self.healthy.map(\.bytes)
        let name = Self.healthy[place].name
        parts[place] = Self.part(name, try await Self.zeroBomb.value)
        let answer = GPUAnswer(Self.answer(parts))
        let size = answer.parts.values.map(\.bytes.count).reduce(0, +)
        #expect(size == GPUAnswer.budget && answer.parts[name]?.isWhole == false)
        let judgement = Self.judge(Self.answer(parts))
        #expect(judgement.verdict == .unknown)
        #expect(
            judgement.findings.contains {
                $0.code == "gpu.incomplete"
                    && $0.message.hasSuffix("beyond 4 MiB was left out, from its part \(name) on")
            }, "\(judgement.findings.map(\.text))")
    }

    @Test("Bombs in every part share one budget, and so do plain parts")
    func manyBombs() async throws {
        let bomb = try await Self.zeroBomb.value
        let plain = [UInt8](repeating: 65, count: GPUAnswer.budget / 3)
        for content in [bomb, plain] {
            let parts = GPUAnswer.names.sorted().map { Self.part($0, content) }
            let answer = GPUAnswer(Self.answer(parts))
            #expect(
                answer.parts.values.map(\.bytes.count).reduce(0, +) == GPUAnswer.budget)
            #expect(answer.isWhole && answer.leftOut != nil)
            #expect(Self.judge(Self.answer(parts)).verdict > .warn)
        }
    }

    @Test("An answer of exactly the budget is whole; one byte more is not")
    func exactBudget() async throws {
        let size = GPUAnswer.budget
        for more in [0, 1] {
            let packed = try await Self.bomb("head -c \(size + more) /dev/zero")
            let plain = [UInt8](repeating: 65, count: size + more)
            for content in [packed, plain] {
                let answer = GPUAnswer(Self.answer([Self.part("smi", content)]))
                #expect(answer.parts["smi"]?.isWhole == (more == 0))
                #expect((answer.leftOut == nil) == (more == 0))
            }
        }
    }

    @Test("Of a part that comes twice the first counts, and it is told", arguments: healthy.indices)
    func repeatedPart(place: Int) {
        let (name, good) = Self.healthy[place]
        var parts = Self.healthy.map(\.bytes)
        for second in [good, Self.part(name, "something else"), Self.part(name, "")] {
            parts.insert(second, at: place + 1)
            let answer = GPUAnswer(Self.answer(parts))
            #expect(answer.parts[name] == GPUAnswer(Self.answer([good])).parts[name])
            let judgement = Self.judge(Self.answer(parts))
            #expect(judgement.codes == ["gpu.incomplete"] && judgement.verdict == .unknown)
            #expect(judgement.findings.first?.message.contains("second part \(name) ") == true)
            parts.remove(at: place + 1)
        }
    }

    @Test("A healthy answer behind a broken GPU's does not take its place")
    func secondAnswer() {
        var parts = Self.healthy.map(\.bytes)
        let broken = SMIDocument(gpus: 2)
            .with(gpu: 0, "remapped_rows/remapped_row_failure", "Yes")
        parts.insert(Self.part("smi", broken.text), at: 0)
        #expect(Self.judge(Self.answer(parts)).verdict == .fail)
    }

    @Test(
        "A part that gpu-check does not send is passed over and told; what follows it counts",
        arguments: ["smi2", "SMI", "smi_", "\u{e9}", "exit=0", String(repeating: "x", count: 150)])
    func foreignPart(name: String) async throws {
        let bomb = try await Self.zeroBomb.value
        let parts = [Self.part(name, bomb)] + Self.healthy.map(\.bytes)
        let answer = GPUAnswer(Self.answer(parts))
        #expect(Set(answer.parts.keys) == Set(Self.healthy.map(\.name)))
        let judgement = Self.judge(Self.answer(parts))
        #expect(judgement.codes == ["gpu.incomplete"] && judgement.verdict == .unknown)
        #expect(judgement.findings.first?.message.contains(name.prefix(40)) == true)
    }

    @Test("A part within a part is text, and not a part")
    func nestedPart() {
        var parts = Self.healthy.map(\.bytes)
        // The kernel's lines are anybody's; those that look like a part must not become one.
        let inner = Self.part("smi", "<nvidia_smi_log/>") + Self.part("devices", "x")
        parts[3] = Self.part(
            "kernel", Array("dmesg\n".utf8) + inner + Array("\n@read 900 whole".utf8))
        let judgement = Self.judge(Self.answer(parts))
        #expect(judgement.findings == [], "\(judgement.findings.map(\.text))")
    }

    @Test("A part with a false length is never part of a good answer", arguments: healthy.indices)
    func falseLength(place: Int) {
        let (name, _) = Self.healthy[place]
        let content = GPUAnswer(Self.answer([Self.healthy[place].bytes])).parts[name]?.bytes ?? []
        let rest = Self.healthy[(place + 1)...].map(\.bytes.count).reduce(0, +)
        let sizes = [
            0, 1, content.count - 1, content.count + 1, content.count + 2, content.count + rest,
            content.count + 1 + rest, 1 << 20, 1 << 40, Int.max,
        ]
        for size in sizes where size != content.count {
            var parts = Self.healthy.map(\.bytes)
            parts[place] = Self.part(name, content, size: size)
            #expect(Self.judge(Self.answer(parts)).verdict > .warn, "\(name) \(size)")
        }
        for size in ["-1", "99999999999999999999", "0x10", "", "1e3"] {
            var parts = Self.healthy.map(\.bytes)
            parts[place] = Array("@fleet part \(name) exit=0 size=\(size)\n".utf8) + content + [10]
            #expect(Self.judge(Self.answer(parts)).verdict > .warn, "\(name) \(size)")
        }
    }

    @Test(
        "Of a hundred thousand parts few are looked at, and of a line without an end its beginning")
    func endlessHeads() {
        let line = Array("@fleet part smi exit=0 size=0".utf8)
        var many: [UInt8] = []
        for _ in 0..<100_000 { many += line + [10, 10] }
        let long = line + [UInt8](repeating: 32, count: 10_000_000) + [10, 10]
        for (bytes, parts) in [(many, 1), (long, 0)] {
            let answer = GPUAnswer(Self.answer([bytes]))
            #expect(!answer.isWhole && answer.parts.count == parts)
            #expect(Self.judge(Self.answer([bytes])).verdict > .warn)
        }
    }

    @Test("The names that are known are those that gpu-check.sh sends")
    func names() {
        let script = String(decoding: PackageResources.gpu_check_sh, as: UTF8.self)
        let names = script.matches(of: #/(?m)(?:^|[ \t])(?:file_)?part ([a-z_]+) /#).map {
            String($0.output.1)
        }
        #expect(Set(names) == GPUAnswer.names)
    }

    /// In a process of its own, whose largest size so far Linux sets back: a peak is not to be seen otherwise.
    ///
    /// Not under a sanitizer, whose own memory would be counted.
    @Test(
        "Whatever an answer unpacks to, judging it takes some tens of MiB",
        .enabled(
            if: FileManager.default.isWritableFile(atPath: "/proc/self/clear_refs")
                && ProcessInfo.processInfo.environment["FLEET_SANITIZED"] == nil))
    func memory() async {
        await #expect(processExitsWith: .success) {
            for attack in GPUHostileAnswerTests.attacks {
                let bytes = try await attack.answer()
                try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
                let before = try GPUHostileAnswerTests.memory("VmRSS")
                let verdict = GPUHostileAnswerTests.judge(bytes).verdict
                let grown = try GPUHostileAnswerTests.memory("VmHWM") - before
                #expect(verdict > .warn, "\(attack)")
                // Before there was a budget the first of them took 6.6 GiB.
                #expect(grown < 96 * 1024, "\(attack): \(grown) KiB")
            }
        }
    }

    /// What a shell command writes, in some parts.
    private struct Attack {
        let command: String
        let names: [String]

        func answer() async throws -> [UInt8] {
            let bomb = try await GPUHostileAnswerTests.bomb(command)
            return GPUHostileAnswerTests.answer(
                names.map { GPUHostileAnswerTests.part($0, bomb) })
        }
    }

    /// What one attack unpacks to, in bytes.
    private static let size = Fuzzing.rounds(8_000_000, few: 200_000)

    /// Zeros in very many parts, and what the XML reader could make much of: elements, attributes, texts of many pieces.
    private static let attacks = [
        Attack(
            command: "head -c 34603008 /dev/zero",
            names: GPUAnswer.names.sorted() + (0..<200).map { "smi\($0)" }),
        Attack(
            command: "(printf '<nvidia_smi_log>'; yes '<gpu/>' | head -c \(size))", names: ["smi"]),
        Attack(
            command: "(printf '<nvidia_smi_log '; seq -f 'a%.0f=\"\"' \(size / 13) | tr '\\n' ' ')",
            names: ["smi"]),
        Attack(
            command: "(printf '<nvidia_smi_log>'; yes 'x&lt;<!-- -->' | head -c \(size))",
            names: ["smi"]),
    ]

    /// A line of /proc/self/status, in KiB.
    private static func memory(_ name: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
