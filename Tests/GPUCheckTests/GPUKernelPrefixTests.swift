@testable import GPUCheck
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

/// Who wrote a line: by where its message begins and by its facility.
@Suite("The driver's own lines, behind every prefix, and no others")
struct GPUKernelPrefixTests {
    private static let message = KernelLines.xid(79, "pid='<unknown>', name=<unknown>, gone")

    /// What tools write before a message, and the time that is read of it.
    private static let everyPrefix: [(text: String, time: Double?)] = [
        ("", nil), ("[    5.125000] ", 5.125), ("[12345.678901] ", 12345.678901),
        ("[[   5.500000]] ", 5.5), ("[    5.125000][  T123] ", 5.125),
        ("[    5.125000][   C0] ", 5.125),
        ("<6>[    5.125000] ", 5.125), ("<4>", nil), ("kern  :warn  : [    5.125000] ", 5.125),
        ("kern  :err   : 2026-11-26T04:41:44,285060+00:00 ", nil),
        ("[Thu Nov 26 19:00:01 2026] ", nil), ("[Nov26 19:00] ", nil), ("[  +0.000012] ", nil),
        ("[    5.125000 <    0.000010>] ", 5.125), ("2026-11-26T19:00:01,123456+01:00 ", nil),
        ("[    5.125000] node-1 kernel: ", 5.125), ("Nov 26 19:00:01 node-1 kernel: ", nil),
        ("Nov  6 19:00:01 node-1.example.org kernel: [    5.125000] ", 5.125),
        ("2026-11-26T19:00:01.123456+00:00 node-1 kernel: [    5.125000] ", 5.125),
        ("2026-11-26T19:00:01+0000 node-1 kernel: ", nil),
        ("2026-11-26 19:00:01 node-1 kernel: ", nil),
        ("Thu 2026-11-26 19:00:01 UTC node-1 kernel: ", nil),
        ("1764183601.123456 node-1 kernel: ", nil),
        ("Nov 26 19:00:01 node-1 kern.warn kernel: [    5.125000] ", 5.125),
    ]

    @Test("Prefixes of dmesg, the journal and syslog files", arguments: everyPrefix.indices)
    func prefix(_ index: Int) throws {
        let prefix = Self.everyPrefix[index]
        let event = try #require(KernelEvent(prefix.text + Self.message), "\(prefix.text)")
        #expect(event.kind == .xid(79))
        #expect(event.address?.description == "0000:a1:00.0")
        #expect(event.time == prefix.time, "\(prefix.text)")
        #expect(event.text == Self.message)
    }

    @Test("The node's own pass takes the same lines")
    func passes() async throws {
        for prefix in Fuzzing.some(Self.everyPrefix.map(\.text), few: 6) {
            let evidence = try await GPUEvidence(collected: [prefix + Self.message])
            #expect(evidence.judgement.codes == ["gpu.xid"], "\(prefix)")
        }
    }

    /// Lines that say something of the driver's, and that a program, a user or root on another facility wrote.
    private static let forged = [
        "[  900.0] SXid (): 7[4242]: segfault at 0 ip 0 sp 0 error 4 in a.out[400000+1000]",
        "[  900.0] kernel: a[42]: segfault at 0 ip 0 sp 0 error 4 in \(message)",
        "[  900.0] python[42]: segfault at 0 ip 0 sp 0 error 4 in x kernel: \(message)",
        "[  900.0] process '/tmp/a kernel: \(message)' started with executable stack",
        "[  900.0] NVRM: Xid (a): [42]: segfault at 0 ip 0 sp 0 error 4 in x: 79, y[1+2]",
        "[  900.0] NVRM: Xid (PCI:[42]: segfault at 0 ip 0 sp 0 error 4 in 0000:a1:00): 79, y",
        "[  900.0] NVRM: Xid (0): [4242]: segfault at 0: 79, error 4",
        "[  900.0] NVRM: a[42]: segfault at 0 ip 0 sp 0 error 4 in fallen off the bus",
        "[  900.0] NVRM: GPU 0000:[42]: segfault at 0 error 4 in GPU has fallen off the bus",
        "[  900.0] NVRM: nvAssert:[42]: segfault in [NV_ERR_RESET_REQUIRED]",
        "[  900.0] NVRM: a: [42]: segfault at 0 error 4 in unexpected WPR2 already up",
        "[  900.0] python: RmInitAdapter failed! NVRM: GPU 0000:a1:00.0: RmInitAdapter failed!",
        "[  900.0] usb 1-2: Product: \(message)",
        "[  900.0] audit: type=1400 comm=\"\(message)\"",
        "[  900.0] systemd[1]: Started \(message).", "<12>[  900.0] \(message)", "<13>\(message)",
        "user  :notice: [  900.0] \(message)", "daemon:info  : [  900.0] \(message)",
        "[  900.0] node-1 logger[77]: \(message)", "Nov 26 19:00:01 node-1 root: \(message)",
        "Nov 26 19:00:01 node-1 user.notice kernel: \(message)",
        "2026-11-26T19:00:01+00:00 node-1 job[3]: kernel: \(message)",
        "Nov 26 19:00:01 node-1 prog[1]: nvidia-nvswitch1: SXid (PCI:0000:c1:00.0): 20034, Fatal",
        "[  900.0] eth0: nvidia-nvlink: Nvlink Core is being initialized, major device number 1",
    ]

    @Test("Words of a program steer nothing", arguments: forged)
    func forgery(_ line: String) async throws {
        let first = KernelLines.at(1, "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  580.105.08")
        #expect(GPUEvidence(log: [first, line]).judgement.findings == [], "\(line)")
        if Fuzzing.some(Self.forged, few: 6).contains(line) {
            let collected = try await GPUEvidence(collected: [first, line])
            #expect(collected.judgement.findings == [], "\(line)")
        }
        // Neither do they end what the driver told before.
        let fault = KernelLines.at(800, KernelLines.xid(79))
        #expect(GPUEvidence(log: [first, fault, line]).judgement.codes == ["gpu.xid"], "\(line)")
    }

    @Test("A line without a prefix belongs to the record before it, whoever wrote that")
    func continuation() async throws {
        let program = KernelLines.at(900, "job[42]: segfault at 0 error 4 in a")
        for space in ["", "               "] {
            let lines = [program, space + Self.message, space + KernelLines.loading]
            #expect(GPUEvidence(log: lines).judgement.findings == [])
            #expect(try await GPUEvidence(collected: lines).judgement.findings == [])
        }
        // Of the driver's own record it is the rest.
        let own = [
            KernelLines.at(900, "NVRM: The NVIDIA GPU 0000:a7:00.0 (PCI ID: 10de:2330)"),
            "               NVRM: installed in this system has",
            "               NVRM: fallen off the bus and is not responding to commands.",
        ]
        for evidence in [GPUEvidence(log: own), try await GPUEvidence(collected: own)] {
            #expect(evidence.judgement.codes == ["gpu.kernel_fault"])
            #expect(evidence.judgement.findings.first?.subject == "GPU 0000:a7:00.0")
        }
    }

    @Test("A program's name between the number and the text is no part of it")
    func processNames() {
        let line = KernelLines.xid(
            149, "pid=7, name=x, Nonfatal, NETIR_LINK_EVT Fatal XC0 i0 Link 4")
        #expect(GPUEvidence(log: [line]).judgement.verdict == .fail)
        let other = KernelLines.xid(145, "pid=7, name=x, Fatal, RLW_RXPIPE Nonfatal XC0 i0")
        #expect(GPUEvidence(log: [other]).judgement.verdict == .ok)
        let cause = KernelLines.xid(45, "pid=7, name=caused by previo, Ch 00000008")
        #expect(GPUEvidence(log: [cause]).judgement.verdict == .ok)
    }
}
