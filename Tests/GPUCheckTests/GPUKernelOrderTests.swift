@testable import GPUCheck
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

@Suite("Events of the kernel log in time, with their causes, and in the driver's own words")
struct GPUKernelOrderTests {
    private func findings(_ lines: [String], uptime: Double? = 10_000) -> [Finding] {
        GPUEvidence(log: lines, uptime: uptime).judgement.findings
    }

    /// What ends what was before it, and on which GPUs.
    private static let everyEnding: [(line: String, isOfAll: Bool)] = [
        (KernelLines.loading, true), (KernelLines.recovery("None"), false),
    ]

    @Test("What a reset or a new load ended is over, in every order of the lines")
    func ended() {
        var random = SeededRandom(3)
        for (ending, isOfAll) in Self.everyEnding {
            for number in [46, 48, 62, 74, 79, 95, 109, 119, 120, 140, 143, 158] {
                let before = (0..<30).map {
                    KernelLines.at(Double(900 + $0), KernelLines.xid(number))
                }
                let end = KernelLines.at(1400, ending)
                let after = KernelLines.at(1500, KernelLines.xid(64))
                let other = KernelLines.at(901, KernelLines.xid(64, gpu: 0))
                for _ in 0..<Fuzzing.rounds(5, few: 1) {
                    #expect(findings((before + [end]).shuffled(using: &random)) == [])
                    let lasting = findings((before + [end, after]).shuffled(using: &random))
                    #expect(lasting.map(\.subject) == ["GPU 1 (0000:a1:00.0)"])
                    #expect(lasting.first?.message.hasPrefix("Xid 64") == true)
                    let others = findings((before + [end, other]).shuffled(using: &random))
                    #expect(others.count == (isOfAll ? 0 : 1))
                }
            }
        }
    }

    @Test("The calendar's times order as well; without times the lines' own order counts")
    func calendars() {
        func day(_ hour: Int, _ message: String) -> String {
            "[Thu Nov 26 \(hour < 10 ? "0" : "")\(hour):00:00 2026] \(message)"
        }
        let none = KernelLines.recovery("None")
        #expect(findings([day(12, none), day(9, KernelLines.xid(95))]) == [])
        #expect(findings([day(9, none), day(12, KernelLines.xid(64))]).count == 1)
        #expect(findings([KernelLines.xid(64), none]) == [])
        #expect(findings([none, KernelLines.xid(64)]).count == 1)
    }

    @Test("The driver's last line of a load ends what was more than a minute before it")
    func loaded() {
        let loaded = "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  580.105.08"
        func codes(_ time: Double) -> [String] {
            findings([KernelLines.at(time, KernelLines.xid(64)), KernelLines.at(900, loaded)])
                .map(\.code)
        }
        #expect(codes(839) == [] && codes(840) == ["gpu.xid"] && codes(901) == ["gpu.xid"])
    }

    @Test("Fatal and Nonfatal of one number are two events", arguments: 144...150)
    func weights(_ number: Int) {
        let nonfatal = KernelLines.at(900, KernelLines.xid(number, "RLW_X Nonfatal XC0 i0 Link 5"))
        let fatal = KernelLines.at(800, KernelLines.xid(number, "RLW_X Fatal XC0 i0 Link 5"))
        for lines in [[fatal, nonfatal], [nonfatal, fatal]] {
            #expect(findings(lines).map(\.severity) == [.fail, .info])
        }
        #expect(findings([nonfatal]).map(\.severity) == [.info])
    }

    // MARK: Followers

    /// What an Xid 154 asks for, with the verdict and a word of the remedy.
    private static let actions: [(action: String, verdict: Verdict, remedy: String)] = [
        ("GPU Reset Required", .fail, "reset the GPU"),
        ("Node Reboot Required", .fail, "reboot the node"),
        ("Drain and Reset", .fail, "drain the node"), ("Drain P2P", .warn, "peer-to-peer"),
    ]

    @Test(
        "Xid 154's action counts beside every other event",
        arguments: Fuzzing.some(
            [13, 31, 43, 45, 63, 92, 94, 145, 162, 163, 999, 48, 64, 74, 119, 149, 171], few: 6))
    func recovery(_ number: Int) {
        for text in ["RLW Nonfatal XC0", "RLW Fatal XC0", "pid=7, name=x, Ch 8"] {
            for times in [(900.0, 901.0), (901, 900)] {
                let line = KernelLines.at(times.0, KernelLines.xid(number, text))
                let alone = GPUEvidence(log: [line]).judgement
                for (action, verdict, remedy) in Self.actions {
                    let lines = [line, KernelLines.at(times.1, KernelLines.recovery(action))]
                    let judgement = GPUEvidence(log: lines).judgement
                    #expect(judgement.verdict >= verdict, "\(lines)")
                    #expect(judgement.verdict >= alone.verdict)
                    #expect(
                        judgement.findings.contains { $0.remedy?.contains(remedy) == true },
                        "\(judgement.findings.map(\.text))")
                }
            }
        }
    }

    @Test("Of several Xid 154 of a GPU the last counts")
    func lastRecovery() {
        let lines = [
            KernelLines.at(900, KernelLines.recovery("Node Reboot Required")),
            KernelLines.at(950, KernelLines.recovery("GPU Reset Required")),
        ]
        for lines in [lines, lines.reversed()] {
            #expect(findings(lines).map(\.remedy) == [GPURemedy.reset])
        }
    }

    @Test(
        "Xid 45 takes the verdict of the Xid that it names",
        arguments: [
            (13, Verdict.ok), (31, .ok), (43, .ok), (63, .ok), (94, .warn), (145, .warn),
            (149, .warn),
            (48, .warn), (119, .warn), (79, .fail), (64, .fail), (142, .warn), (999, .warn),
            (45, .ok),
        ])
    func cause(_ number: Int, _ verdict: Verdict) {
        let line = KernelLines.at(
            900,
            KernelLines.xid(45, "pid=9, name=python3, Ch 00000001 caused by previous Xid \(number)")
        )
        #expect(GPUEvidence(log: [line]).judgement.verdict == verdict)
        // A line of the cause may say more, and never takes anything away.
        let own = KernelLines.at(899, KernelLines.xid(number, "RLW_X Nonfatal XC0 i0 Link 5"))
        let both = GPUEvidence(log: [own, line]).judgement
        #expect(both.verdict == max(verdict, GPUEvidence(log: [own]).judgement.verdict))
        // Another GPU's does not.
        let other = KernelLines.at(899, KernelLines.xid(145, "RLW_X Nonfatal XC0 i0", gpu: 0))
        #expect(GPUEvidence(log: [other, line]).judgement.verdict == verdict)
    }

    @Test("Power smoothing that is back is no warning")
    func smoothing() {
        let off = KernelLines.at(900, KernelLines.xid(163, "disengaged"))
        let on = KernelLines.at(905, KernelLines.xid(162, "reengaged"))
        let again = KernelLines.at(910, KernelLines.xid(163, "disengaged"))
        for lines in [[off, on], [on, off]] {
            #expect(findings(lines).map(\.severity) == [.info])
        }
        #expect(GPUEvidence(log: [again, on, off]).judgement.verdict == .warn)
        let other = KernelLines.at(905, KernelLines.xid(162, "reengaged", gpu: 0))
        #expect(GPUEvidence(log: [off, other]).judgement.verdict == .warn)
    }

    // MARK: NVSwitches

    @Test("An SXid's lines are one event, and its weight is told by all of them")
    func switches() {
        let fatal = [
            KernelLines.sxid(20034, "Fatal, Link 30 LTSSM Fault Up"),
            KernelLines.sxid(20034, "Severity 1 Engine instance 30 Sub-engine instance 00"),
            KernelLines.sxid(20034, "Data {0x50610002, 0x10100030, 0x00000000}"),
        ]
        let nonfatal = [
            KernelLines.sxid(12028, "Non-fatal, Link 32 egress non-posted PRIV error (First)"),
            KernelLines.sxid(12028, "Severity 0 Engine instance 32 Sub-engine instance 00"),
            KernelLines.sxid(12028, "Data {0x00140004, 0x00100000, 0x00140004}"),
        ]
        #expect(findings(fatal).map(\.severity) == [.fail])
        #expect(findings(nonfatal).map(\.severity) == [.info])
        #expect(findings(nonfatal + fatal).map(\.severity) == [.fail, .info])
        // The first line is gone, or says nothing: the second one tells.
        #expect(findings(Array(nonfatal.dropFirst())).map(\.severity) == [.info])
        #expect(findings(Array(fatal.dropFirst())).map(\.severity) == [.fail])
        let bare = KernelLines.sxid(12028, "Link 32 x")
        #expect(findings([bare] + nonfatal.dropFirst()).map(\.severity) == [.info])
        #expect(findings([bare]).map(\.severity) == [.fail])
        // Another switch's lines are another event's.
        #expect(
            findings(nonfatal + [KernelLines.sxid(12028, "Fatal, Link 1", device: 2)])
                .map(\.subject) == ["NVSwitch 0000:c2:00.0", "NVSwitch 0000:c1:00.0"])
        // The same number may be fatal once and not another time.
        let both =
            nonfatal + [
                KernelLines.sxid(12028, "Fatal, Link 1"),
                KernelLines.sxid(12028, "Severity 1 Engine instance 1"),
            ]
        #expect(findings(both).map(\.severity) == [.fail, .info])
    }

    // MARK: The driver's own reason

    /// What the driver says about a GPU at 0000:a7:00.0, and a word of what is to be done.
    private static let everyReason: [(lines: [String], remedy: String)] = [
        (
            [
                "[ 12.0] NVRM: The NVIDIA GPU 0000:a7:00.0 (PCI ID: 10de:2c3a)",
                "              NVRM: installed in this system requires use of the NVIDIA open kernel modules.",
            ], "install the open kernel modules"
        ),
        (
            [
                "[ 12.0] NVRM: The NVIDIA GPU 0000:a7:00.0 (PCI ID: 10de:1db5)",
                "              NVRM: installed in this system is not supported by open",
                "              NVRM: nvidia.ko because it does not include the required GPU",
            ], "install the proprietary kernel modules"
        ),
        (
            [
                "[ 12.0] NVRM: The NVIDIA GPU 0000:a7:00.0 (PCI ID: 10de:1180)",
                "              NVRM: installed in this system is not supported by the",
                "              NVRM: NVIDIA 580.105.08 driver release.",
            ], "install a release of the driver"
        ),
        (
            [
                "[ 12.0] NVRM: This PCI I/O region assigned to your NVIDIA device is invalid:",
                "              NVRM: BAR1 is 0M @ 0x0 (PCI:0000:a7:00.0)",
            ], "Above 4G Decoding"
        ),
        (["[ 12.0] NVRM: GPU 0000:a7:00.0 is already bound to nouveau."], "blacklist nouveau"),
        (["[ 12.0] NVRM: GPU 0000:a7:00.0 is already bound to vfio-pci."], "vfio-pci"),
        (
            [
                "[ 12.0] NVRM: GPU0 _kgspBootGspRm: unexpected WPR2 already up, cannot proceed with booting GSP"
            ],
            "warm reboot does not clear it"
        ),
    ]

    /// What follows every one of them.
    private static let consequences = [
        "[ 12.1] NVRM: GPU 0000:a7:00.0: RmInitAdapter failed! (0x62:0x40:2142)",
        "[ 12.2] NVRM: GPU 0000:a7:00.0: rm_init_adapter failed, device minor number 0",
        "[ 12.3] NVRM: The NVIDIA probe routine failed for 1 device(s).",
        "[ 12.4] NVRM: None of the NVIDIA devices were initialized.",
    ]

    @Test("The driver's own reason is the finding, with its remedy", arguments: everyReason.indices)
    func reason(_ index: Int) async throws {
        let (lines, remedy) = Self.everyReason[index]
        let split = lines.map { $0.replacing("              NVRM:", with: "[ 12.0] NVRM:") }
        for log in Fuzzing.some([lines, split], few: 1) {
            let all = log + Self.consequences
            let collected = try await GPUEvidence(collected: all)
            for evidence in [GPUEvidence(log: all), collected] {
                var silent = GPUEvidence(exit: 6, "No devices were found", expected: 1)
                silent.isDirect = true
                silent.kernelLog = evidence.kernelLog
                silent.pci = .value(PCIFunction.functions("0000:a7:00.0 0302: 10de:2330 (rev a1)"))
                let findings = silent.judgement.findings
                #expect(silent.judgement.verdict == .fail)
                #expect(findings.map(\.code) == ["gpu.count", "gpu.kernel_fault"])
                for finding in findings {
                    #expect(finding.remedy?.contains(remedy) == true, "\(finding.text)")
                    #expect(finding.remedy?.contains("replace the GPU") == false)
                }
                #expect(findings.last?.subject == "GPU 0000:a7:00.0")
            }
        }
    }

    @Test("Not probed at all: another driver holds it")
    func notProbed() {
        let line = "[ 12.0] NVRM: The NVIDIA probe routine was not called for 2 device(s)."
        let finding = GPUEvidence(log: [line]).judgement.findings.first
        #expect(finding?.severity == .fail && finding?.remedy?.contains("unbind") == true)
    }

    @Test("A GPU that Slurm does not count may be another driver's")
    func passedThrough() {
        let line = "[ 12.0] NVRM: GPU 0000:a7:00.0 is already bound to vfio-pci."
        #expect(GPUEvidence(log: [line]).judgement.verdict == .warn)
        var short = GPUEvidence(log: [line])
        short.expected = [.gpus(3)]
        #expect(short.judgement.verdict == .fail)
    }

    @Test(
        "The driver's status names in assertions",
        arguments: [
            ("Reset required [NV_ERR_RESET_REQUIRED] (0x00000062)", Verdict.warn),
            ("GPU lost from the bus [NV_ERR_GPU_IS_LOST] (0x0000000F)", .warn),
            ("GPU currently in full-chip reset [NV_ERR_GPU_IN_FULLCHIP_RESET] (0x10)", .ok),
            ("Invalid state [NV_ERR_INVALID_STATE] (0x00000040)", .ok),
        ])
    func statuses(_ status: String, _ verdict: Verdict) {
        for head in [
            "nvAssertOkFailedNoLog: Assertion failed", "nvCheckOkFailedNoLog: Check failed",
            "GPU3 nvAssertOkFailedNoLog: Assertion failed",
        ] {
            let line = KernelLines.at(
                900, "NVRM: \(head): \(status) returned from x @ kernel_x.c:106")
            #expect(GPUEvidence(log: [line]).judgement.verdict == verdict, "\(line)")
            // Where not every GPU answers, it is the reason.
            var silent = GPUEvidence(exit: 6, "No devices were found", expected: 1)
            silent.kernelLog = .value(KernelLog(source: "dmesg", lines: [line]))
            let fault = silent.judgement.findings.first { $0.code == "gpu.kernel_fault" }
            #expect((fault?.severity == .fail) == (verdict == .warn))
        }
    }

    @Test("A weaker event never takes a stronger one's place")
    func places() {
        let failed = "[ 12.0] NVRM: The NVIDIA probe routine failed for 1 device(s)."
        let healed = "[ 13.0] NVRM: GPU 0000:a1:00.0: RmInitAdapter failed! (0x62)"
        #expect(GPUEvidence(log: [failed]).judgement.verdict == .fail)
        #expect(GPUEvidence(log: [failed, healed]).judgement.verdict == .fail)
    }
}
