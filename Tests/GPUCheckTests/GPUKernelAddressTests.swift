@testable import FanOut
@testable import GPUCheck
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// Which GPU an event of the kernel log is about, however its address, its time and its line are written.
@Suite("Kernel events and their GPU")
struct GPUKernelAddressTests {
    /// Spellings of one place on the bus: as drivers, kernels and lspci write it.
    private static let spellings = [
        "PCI:0000:a1:00", "PCI:0000:A1:00", "PCI:0000:a1:00.0", "PCI:00000000:A1:00.0",
        "0000:a1:00", "0000:a1:00.0", "00000000:a1:00.0", "PCI:0000:a1:00 GPU-I:05",
    ]

    private static let prefixes: [@Sendable (Int) -> String] = [
        { "[\($0).000001] " }, { "[  \($0).5] " }, { "<4>[\($0).1] " },
        { "kern  :warn  : [\($0).2] " },
        { "[\($0).3] [  T1234] " }, { "[\($0).4] gpu-7 kernel: " },
        { "Nov 26 19:00:01 gpu-7 kernel: [\($0).9] " },
    ]

    private static func findings(_ lines: [String], uptime: Double = 10_000) -> [Finding] {
        GPUEvidence(log: lines, uptime: uptime).judgement.findings
    }

    @Test(
        "Every spelling of an address behind every prefix is the GPU that nvidia-smi lists",
        arguments: spellings)
    func spelled(_ place: String) {
        for prefix in Self.prefixes {
            let found = Self.findings([prefix(9_000) + "NVRM: Xid (\(place)): 79, pid=7, name=x, y"]
            )
            #expect(found.map(\.subject) == ["GPU 1 (0000:a1:00.0)"])
            #expect(found.first?.message.contains("16 min ago") == true)
        }
        // Of a place that nvidia-smi does not list, the place itself.
        let other = place.replacing("a1", with: "c1").replacing("A1", with: "C1")
        let lost = Self.findings(["[9000.1] NVRM: Xid (\(other)): 79, pid=7, name=x, y"])
        #expect(lost.map(\.subject) == ["GPU 0000:c1:00.0"])
    }

    @Test("Spellings of one place are one event, counted; another domain, bus or device is another")
    func merged() {
        let lines = Self.spellings.enumerated().map {
            KernelLines.at(9_000 + Double($0), "NVRM: Xid (\($1)): 79, pid=7, name=x, y")
        }
        let found = Self.findings(lines)
        #expect(found.count == 1)
        #expect(found.first?.message.contains(" \(lines.count) times, last ") == true)
        for other in ["0001:a1:00", "0000:a0:00", "0000:a1:01", "0000:a1:00.1"] {
            let two = Self.findings(
                lines + [KernelLines.at(9_050, "NVRM: Xid (PCI:\(other)): 79, x")])
            #expect(two.count == 2, "\(other)")
        }
    }

    @Test(
        "What is no address names no GPU, and is never taken for GPU 0",
        arguments: [
            "PCI:", "PCI:zz:00:00", "PCI:0000:1a1:00", "PCI:0000:a1", "PCI:0000:a1:00:00", "",
        ])
    func noAddress(_ place: String) {
        for found in Self.findings([KernelLines.at(9_000, "NVRM: Xid (\(place)): 79, pid=7, x")]) {
            #expect(found.subject == nil)
        }
    }

    /// A fault and a name for it, in every order of lines with one time: what is told never depends on it.
    @Test("GPUs that break together are told apart, whatever the order of the lines")
    func together() {
        var random = SeededRandom(61)
        let lines =
            (0..<2).flatMap { gpu in
                [79, 48, 119].map {
                    KernelLines.at(9_000 + Double($0), KernelLines.xid($0, gpu: gpu))
                }
            } + [
                KernelLines.at(
                    9_500, "NVRM: GPU 0000:c7:00.0: RmInitAdapter failed! (0x22:0x56:802)"),
                KernelLines.at(9_501, KernelLines.sxid(20034, "Fatal, Link 1", device: 2)),
            ]
        func told(_ lines: [String]) -> Set<String> {
            Set(Self.findings(lines).map { "\($0.code) \($0.subject ?? "-") \($0.severity)" })
        }
        let expected = told(lines)
        #expect(expected.contains("gpu.kernel_fault GPU 0000:c7:00.0 fail"))
        #expect(expected.contains("gpu.sxid NVSwitch 0000:c2:00.0 fail"))
        #expect(expected.count { $0.hasPrefix("gpu.xid GPU 0 (0000:a0:00.0)") } > 0)
        #expect(expected.count { $0.hasPrefix("gpu.xid GPU 1 (0000:a1:00.0)") } > 0)
        for _ in 0..<12 { #expect(told(lines.shuffled(using: &random)) == expected) }
    }

    @Test(
        "A clock that went back, or a boot that is younger than its event, hides nothing",
        arguments: [
            (10_000.0, 9_999.0, true), (10_000, 10_000, true), (10_000, 10_001, true),
            (5, 1_000_000, true), (0, 1, true), (90_000, 3_600, true), (90_001, 3_600, false),
            (1_000_000, 1, false),
        ])
    func clocks(_ uptime: Double, _ time: Double, _ counts: Bool) {
        let found = Self.findings([KernelLines.at(time, KernelLines.xid(79))], uptime: uptime)
        #expect(found.map(\.code) == (counts ? ["gpu.xid"] : []))
        if uptime < time { #expect(found.first?.message.contains(" 0 min ago") == true) }
    }

    @Test("Without the node's uptime every event counts, and no age is told")
    func noUptime() {
        let evidence = GPUEvidence(log: [KernelLines.at(5, KernelLines.xid(79))], uptime: nil)
        let found = evidence.judgement.findings
        #expect(found.map(\.code) == ["gpu.xid"] && found.first?.message.contains("ago") == false)
    }

    /// The collector's counts come from the node: their sums must stay numbers.
    @Test(
        "Counts at the end of what an integer holds are counts, and no crash",
        arguments: [
            "9223372036854775807", "9223372036854775806", "99999999999999999999", "0", "-5", "x",
        ])
    func counts(_ count: String) {
        let line = "@again \(count) " + KernelLines.at(9_000, KernelLines.xid(79))
        let found = Self.findings([line, line, line])
        #expect(found.map(\.code) == ["gpu.xid"])
        #expect(found.first?.message.contains(" times, last 16 min ago") == true)
        let lone = Self.findings([line]).first?.message ?? ""
        #expect(lone.contains("times") == (Int(count).map { $0 > 1 } ?? false))
    }

    @Test("So are the counts of what the collector left out, beside more lines than are read")
    func leftOut() {
        let lines = Array(repeating: "x", count: KernelRecord.most + 5)
        let text =
            (["dmesg"] + lines + [
                "@left events \(Int.max)", "@left other \(Int.max)", "@read 1 whole", "",
            ])
            .joined(separator: "\n")
        let head = "@fleet gpu-check 2\n@fleet part kernel exit=0 size=\(text.utf8.count)\n"
        let answer = GPUAnswer(Array((head + text + "\n@fleet end\n").utf8))
        let evidence = GPUEvidence(answer, node: nil, launcher: .direct, ranOut: false)
        #expect(evidence.kernelLog.value?.lines.count == lines.count)
        let found = evidence.judgement.findings.filter { $0.code == "gpu.kernel_unread" }
        #expect(found.map(\.severity) == [.unknown])
        #expect(found.first?.message.hasSuffix("were too many for one answer") == true)
    }

    @Test(
        "A GPU that the driver cannot start is named where the driver names it later",
        arguments: [(0.0, "GPU 0000:c1:00.0"), (10, "GPU 0000:c1:00.0"), (11, nil)]
            as [(Double, String?)])
    func named(_ later: Double, _ subject: String?) {
        let reason =
            "NVRM: GPU0 nvAssertOkFailedNoLog: Assertion failed: x [NV_ERR_RESET_REQUIRED] (0x56)"
        let lines = [
            KernelLines.at(9_000, reason),
            KernelLines.at(9_000 + later, "NVRM: GPU 0000:c1:00.0: RmInitAdapter failed! (0x22)"),
        ]
        let reset = Self.findings(lines).first { $0.message.contains("reset is required") }
        // Nameless, while all that Slurm expects answer, it may be another one's.
        #expect(reset?.subject == subject)
        #expect(reset?.severity == (subject == nil ? .warn : .fail))
    }
}
