import FanOut
@testable import GPUCheck
import SlurmModel
import Testing
@testable import Verdicts

/// A lost GPU is told once, with all that shows it; what repeats it is information.
@Suite struct GPUOneFaultTests {
    private static let gpu = "GPU 2 (0000:00:1d.0)"
    private static let lost = Finding(
        .fail, code: "gpu.lost", subject: gpu, message: "the driver has lost it")
    private static let bus = Finding(
        .fail, code: "gpu.off_bus", subject: gpu, message: "no longer answers")
    private static let count = Finding(
        .fail, code: "gpu.count", message: "3 of 4 GPUs answer; missing: 1d")

    private static func xid(
        _ number: Int, _ subject: String = gpu, remedy: String = GPURemedy.reboot
    ) -> Finding {
        Finding(
            .fail, code: "gpu.xid", subject: subject,
            message: "Xid \(number) (its title) 5 min ago: pid=1; the driver's own words",
            remedy: remedy)
    }

    private func told(
        _ findings: [Finding], count: Int = 3, expected: Int = 4, listed: [String] = []
    ) -> [Finding] {
        let report = NodeReport(
            result: NodeResult(node: "n", outcome: .finished, exit: .exited(0)),
            judgement: Judgement(
                findings: findings,
                facts: [
                    "gpu_count": .int(count), "gpu_expected": .int(expected),
                    "gpus": .list(listed.map { .object(["pci": .string($0)]) }),
                ]), node: nil)
        let once = GPUOneFault.told(report)
        #expect(GPUOneFault.told(once) == once)
        #expect(once.verdict == report.verdict)
        return once.judgement?.findings ?? []
    }

    @Test func once() {
        let findings = told([Self.lost, Self.bus, Self.count])
        #expect(
            findings.filter { $0.severity > .info }.map(\.message)
                == ["the driver has lost it; no longer answers; 3 of 4 GPUs answer"])
        #expect(findings.map(\.code) == ["gpu.lost", "gpu.off_bus", "gpu.count"])
    }

    @Test(
        "Xid 79 of a GPU that is lost, and what the driver asks for then, repeat it; with the event as evidence"
    )
    func xids() {
        for teller in [Self.lost, Self.bus] {
            let ask = Self.xid(154, remedy: "reboot the node")
            let findings = told([teller, Self.xid(79), ask, Self.count])
            let heavy = findings.filter { $0.severity > .info }
            #expect(heavy.map(\.code) == [teller.code])
            #expect(heavy.first?.message.contains("Xid 79 (its title) 5 min ago;") == true)
            #expect(heavy.first?.message.contains("pid=1") == false)
            #expect(findings.count == 4)
        }
        // nvidia-smi may name it by number where the kernel has its address alone.
        let bare = Self.xid(79, "GPU 0000:00:1d.0")
        #expect(told([Self.lost, bare]).map(\.severity) == [.fail, .info])
        let fault = Finding(
            .fail, code: "gpu.kernel_fault", subject: Self.gpu,
            message: "GPU at PCI:0000:00:1d has fallen off the bus. 5 min ago")
        #expect(told([Self.lost, fault]).map(\.severity) == [.fail, .info])
    }

    @Test(
        "An Xid 79 whose GPU nvidia-smi does not list tells that it is gone; one that it lists may be back"
    )
    func goneByItsXid() {
        func heavy(_ count: Int = 3, listed: [String] = []) -> [String] {
            told([Self.count, Self.xid(79)], count: count, listed: listed)
                .filter { $0.severity == .fail }.map(\.code).sorted()
        }
        #expect(heavy() == ["gpu.xid"])
        #expect(heavy(listed: ["0000:00:1d.0"]) == ["gpu.count", "gpu.xid"])
        #expect(heavy(2) == ["gpu.count", "gpu.xid"])
    }

    @Test(
        "Other Xids of a lost GPU may be why, or another fault: they stay",
        arguments: [119, 120, 48, 64, 74, 95, 62, 7, 790])
    func otherXids(_ number: Int) {
        #expect(told([Self.lost, Self.xid(number)]).map(\.severity) == [.fail, .fail])
        #expect(told([Self.xid(number), Self.count]).map(\.severity) == [.fail, .fail])
    }

    @Test(
        "So does what the driver asks of a GPU and a reboot does not do, and another GPU's Xid 79")
    func otherWishes() {
        let peers = Self.xid(154, remedy: "let peer-to-peer work on it end, then reset the GPU")
        #expect(told([Self.lost, peers]).map(\.severity) == [.fail, .fail])
        let other = Self.xid(79, "GPU 3 (0000:00:1e.0)")
        #expect(told([Self.lost, other]).map(\.severity) == [.fail, .fail])
    }

    @Test("What a policy took away tells nothing, so that what is left still does")
    func policy() {
        let findings = told([Self.bus, Self.count])
        #expect(findings.filter { $0.severity > .info }.map(\.code) == ["gpu.off_bus"])
        #expect(told([Self.count]).map(\.severity) == [.fail])
        var quiet = Self.lost
        quiet.severity = .info
        #expect(
            told([quiet, Self.bus]).filter { $0.severity == .fail }.map(\.code) == ["gpu.off_bus"])
    }

    @Test("Another GPU's fault, and a GPU that is missing beside it, are faults of their own")
    func others() {
        var other = Self.bus
        other.subject = "GPU 0 (0000:00:1b.0)"
        #expect(told([Self.lost, other]).map(\.severity) == [.fail, .fail])
        #expect(told([Self.lost, Self.count], count: 2).map(\.severity) == [.fail, .fail])
        let hot = Finding(.warn, code: "gpu.temperature", subject: Self.gpu, message: "hot")
        #expect(told([Self.lost, hot]).map(\.severity) == [.fail, .warn])
    }
}
