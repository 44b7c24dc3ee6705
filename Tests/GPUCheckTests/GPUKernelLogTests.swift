@testable import GPUCheck
import SlurmModel
import Testing
@testable import Verdicts

@Suite("The kernel log's events")
struct GPUKernelLogTests {
    private func evidence(
        _ lines: [String], uptime: Double? = 10_000, document: SMIDocument = SMIDocument(gpus: 2)
    ) -> GPUEvidence {
        var evidence = GPUEvidence(document)
        evidence.kernelLog = .value(KernelLog(source: "dmesg", lines: lines))
        evidence.uptime = uptime
        return evidence
    }

    private func findings(_ lines: String...) -> [Finding] {
        evidence(lines).judgement.findings
    }

    private func xid(
        _ number: Int, _ text: String = "pid=7, name=python, x", time: Int = 9000,
        pci: String = "0000:a1:00"
    )
        -> String
    {
        "[ \(time).123456] NVRM: Xid (PCI:\(pci)): \(number), \(text)"
    }

    @Test(
        "The catalog's action decides",
        arguments: [
            (79, Severity.fail), (119, .warn), (74, .warn), (48, .warn), (64, .fail), (54, .fail),
            (151, .fail), (78, .warn), (63, .info), (13, .info), (31, .info), (43, .info),
            (45, .info), (94, .warn), (92, .info), (142, .warn), (999, .warn), (163, .warn),
        ])
    func severity(_ number: Int, _ severity: Severity) throws {
        let finding = try #require(findings(xid(number)).first)
        #expect(finding.severity == severity)
        #expect(finding.subject == "GPU 1 (0000:a1:00.0)")
        #expect(finding.message.hasPrefix("Xid \(number)"))
        #expect(finding.message.contains("16 min ago"))
        #expect((finding.remedy == nil) == (severity == .info))
    }

    @Test("What asks for a reset fails, unless the driver says that nothing is to be done")
    func recovered() throws {
        let silent = SMIDocument(gpus: 2).with(gpu: 1, "gpu_recovery_action", "N/A")
        for number in [46, 48, 62, 74, 95, 109, 119, 120, 140, 143, 155, 156, 158] {
            let finding = evidence([xid(number)], document: silent).judgement.findings.first
            #expect(finding?.severity == .fail, "\(number)")
            #expect(finding?.code == "gpu.xid")
        }
    }

    @Test("Followers are folded into their cause, and speak only when they are alone")
    func followers() throws {
        let folded = findings(xid(31), xid(43), xid(45), xid(45))
        #expect(folded.count == 1)
        #expect(folded.first?.message.contains("followed by Xid 43, 45") == true)
        let apart = findings(xid(79), xid(45, pci: "0000:a0:00"))
        #expect(apart.map(\.severity) == [.fail, .info])
        // A cause that the log no longer holds: nothing is known but that a program was ended.
        #expect(findings(xid(45)).map(\.code) == ["gpu.xid_application"])
    }

    @Test(
        "Xid 154 says itself what is to be done",
        arguments: [
            ("0x0 (None) to 0x1 (GPU Reset Required)", Severity.fail, "reset the GPU"),
            ("0x0 (None) to 0x2 (Node Reboot Required)", .fail, "reboot the node"),
            ("0x0 (None) to 0x4 (Drain and Reset)", .fail, "drain the node"),
            ("0x0 (None) to 0x3 (Drain P2P)", .warn, "peer-to-peer"), ("0x0 to 0x9", .warn, "look"),
        ])
    func recoveryAction(_ change: String, _ severity: Severity, _ remedy: String) throws {
        let line = xid(154, "GPU recovery action changed from \(change)")
        let alone = try #require(findings(line).first)
        #expect(alone.severity == severity && alone.remedy?.contains(remedy) == true)
        if severity == .fail {
            // Beside its cause it is part of that, and its action counts.
            let both = findings(xid(119), line)
            #expect(both.count == 1)
            #expect(both.first?.message.hasPrefix("Xid 119") == true)
            #expect(both.first?.severity == .fail)
            #expect(both.first?.remedy?.contains(remedy) == true)
        }
    }

    @Test("A recovery, or a driver loaded anew, makes what was before history")
    func history() {
        let none = xid(
            154, "GPU recovery action changed from 0x1 (GPU Reset Required) to 0x0 (None)")
        #expect(findings(xid(95), none).isEmpty)
        #expect(findings(xid(95), none, xid(79)).map(\.severity) == [.fail])
        #expect(findings(xid(95, pci: "0000:a0:00"), none).count == 1)
        let loaded =
            "[ 9500.0] nvidia-nvlink: Nvlink Core is being initialized, major device number 239"
        #expect(findings(xid(79), loaded).isEmpty)
    }

    @Test("NVLink 5 events are weighed by their own word")
    func graded() {
        #expect(findings(xid(145, "RLW_SRC Nonfatal XC1 i0 Link 17")).map(\.severity) == [.info])
        #expect(findings(xid(149, "NETIR Fatal XC0 i0 Link 4")).map(\.severity) == [.fail])
        #expect(findings(xid(149, "NETIR XC0 i0 Link 4")).map(\.severity) == [.warn])
    }

    @Test("Events older than the window do not count; those without a usable time do")
    func window() {
        let day = 86_400
        let uptime = Double(10 * day)
        func codes(_ time: Int) -> [String] {
            evidence([xid(79, time: time)], uptime: uptime).judgement.codes
        }
        #expect(codes(9 * day) == ["gpu.xid"])
        #expect(codes(9 * day + 1) == ["gpu.xid"])
        #expect(codes(9 * day - 1) == [])
        #expect(evidence([xid(79, time: 1)], uptime: nil).judgement.codes == ["gpu.xid"])
        let dated = "[Fri Apr  5 21:29:39 2024] NVRM: Xid (PCI:0000:a1:00): 79, pid='<unknown>'"
        #expect(evidence([dated], uptime: uptime).judgement.codes == ["gpu.xid"])
        var week = evidence([xid(79, time: 8 * day)], uptime: uptime)
        week.limits.eventHours = 72
        #expect(week.judgement.codes == ["gpu.xid"])
    }

    @Test("Faults without an Xid are found, also those of three lines")
    func faults() throws {
        let off = findings(
            "[ 9000.1] NVRM: The NVIDIA GPU 0000:b3:00.0",
            "               NVRM: (PCI ID: 10de:26b5) installed in this system has",
            "               NVRM: fallen off the bus and is not responding to commands.",
            "[ 9000.2] NVRM: The NVIDIA probe routine failed for 1 device(s).")
        #expect(off.map(\.code) == ["gpu.kernel_fault"])
        #expect(off.first?.subject == "GPU 0000:b3:00.0")
        let start = findings(
            "[ 903.6] NVRM: RmInitAdapter: Cannot initialize GSP firmware RM",
            "[ 903.7] NVRM: GPU 0000:98:00.0: RmInitAdapter failed! (0x62:0x65:1792)",
            "[ 903.8] NVRM: GPU 0000:98:00.0: rm_init_adapter failed, device minor number 0")
        #expect(start.map(\.subject) == ["GPU 0000:98:00.0"])
        let probe = findings(
            "[ 5.0] NVRM: The NVIDIA probe routine was not called for 3 device(s).")
        #expect(probe.map(\.severity) == [.fail])
        // Xid 79 says it already.
        let both = findings(
            xid(79), "[ 9001.0] NVRM: GPU 0000:a1:00.0: GPU has fallen off the bus.")
        #expect(both.map(\.code) == ["gpu.xid"])
        let healed = findings("[ 903.7] NVRM: GPU 0000:a1:00.0: RmInitAdapter failed! (0x62)")
        #expect(healed.map(\.severity) == [.warn])
    }

    @Test("An NVSwitch's error fails unless it calls itself non-fatal")
    func switches() {
        let head = "[ 9000.0] nvidia-nvswitch3: SXid (PCI:0000:c1:00.0):"
        #expect(
            findings(head + " 20034, Fatal, Link 30 LTSSM Fault Up").map(\.code) == ["gpu.sxid"])
        #expect(findings(head + " 20034, Fatal, Link 30").map(\.severity) == [.fail])
        #expect(findings(head + " 12028, Non-fatal, Link 32").map(\.severity) == [.info])
        #expect(findings(head + " 12028, Link 32").map(\.severity) == [.fail])
    }

    @Test(
        "Spellings of drivers and of the journal",
        arguments: [
            "[ 1.5] NVRM: Xid (PCI:0000:a1:00): 79, x", "NVRM: Xid (0000:a1:00): 79, x",
            "[ 1.5] host kernel: NVRM: Xid (PCI:0000:a1:00.0): 79, x",
            "[ 1.5] NVRM: Xid (PCI:0000:A1:00 GPU-I:05): 79, x",
            "[ 1.5] NVRM: Xid (PCI:0000:a1:00): GPU died: 79, x",
            "@again 12 [ 1.5] NVRM: Xid (PCI:0000:a1:00): 79",
        ])
    func spellings(_ line: String) throws {
        let event = try #require(KernelEvent(line))
        #expect(event.kind == .xid(79))
        #expect(event.address?.description == "0000:a1:00.0")
        #expect(event.count == (line.hasPrefix("@again") ? 12 : 1))
        #expect(event.time == (line.contains("1.5") ? 1.5 : nil))
    }

    @Test(
        "Lines that tell of nothing",
        arguments: [
            "", "[", "[]", "[ 1.0] NVRM: nothing of note in Kernel Module  570.172.08",
            "NVRM: Xid (", "NVRM: Xid (PCI:0000:a1:00): ", "NVRM: Xid (PCI:0000:a1:00): x, 1",
            "NVRM: Xid (PCI:0000:a1:00): 99999999999999999999, x", "@again", "@again x y",
            "[ 1.0] eth0: Xid 79",
        ])
    func nothing(_ line: String) {
        #expect(KernelEvent(line) == nil)
    }

    @Test("A kernel log that nobody could read is unknown, and told among the checks")
    func unread() {
        var evidence = GPUEvidence(SMIDocument(gpus: 2))
        evidence.kernelLog = .missing("dmesg: Operation not permitted")
        let result = GPUCheck.judge(evidence)
        #expect(result.judgement.codes == ["gpu.kernel_unread"])
        #expect(result.judgement.verdict == .unknown)
        #expect(result.checks.notRun.contains { $0.check == .xid && $0.reason.contains("dmesg") })
    }
}
