@testable import GPUCheck
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

/// gpu-check.sh's pass over logs in which something else is frequent.
@Suite("No flood of other lines hides what decides", .timeLimit(.minutes(20)))
struct GPUKernelFloodTests {
    /// A message that decides, and the findings it comes to.
    struct Deciding: CustomTestStringConvertible, Sendable {
        var message: String
        var verdict: Verdict
        var code: String

        var testDescription: String { message }
    }

    private static let everyEvent: [Deciding] = [
        Deciding(message: KernelLines.xid(79), verdict: .fail, code: "gpu.xid"),
        Deciding(message: KernelLines.xid(64), verdict: .fail, code: "gpu.xid"),
        Deciding(message: KernelLines.xid(142), verdict: .warn, code: "gpu.xid"),
        Deciding(
            message: KernelLines.recovery("Node Reboot Required"), verdict: .fail, code: "gpu.xid"),
        Deciding(
            message: KernelLines.sxid(20034, "Fatal, Link 30 LTSSM Fault Up"), verdict: .fail,
            code: "gpu.sxid"),
        Deciding(
            message: "NVRM: GPU 0000:a7:00.0: GPU has fallen off the bus.", verdict: .fail,
            code: "gpu.kernel_fault"),
        Deciding(
            message: "NVRM: GPU 0000:a7:00.0: RmInitAdapter failed! (0x62:0x65:1792)",
            verdict: .fail, code: "gpu.kernel_fault"),
        Deciding(
            message: "NVRM: The NVIDIA probe routine failed for 1 device(s).", verdict: .fail,
            code: "gpu.kernel_fault"),
        Deciding(
            message:
                "NVRM: GPU0 nvCheckOkFailedNoLog: Check failed: Reset required [NV_ERR_RESET_REQUIRED] (0x62) returned from x @ a.c:1",
            verdict: .warn, code: "gpu.kernel_fault"),
    ]

    /// Floods, each line another one: hexadecimal digits, names, handles, other kinds, other programs.
    private static let everyFlood: [String: @Sendable (Int, inout SeededRandom) -> String] = [
        "pages": { number, _ in
            "NVRM: memdescPrintMemdesc:      contains page starting @0x\(String(number * 4096, radix: 16))"
        },
        "names": { _, random in
            let name = (0..<12).map { _ in
                String("abcdefghijklmnopqrstuvwxyz".randomElement(using: &random) ?? "a")
            }
            return "NVRM: \(name.joined())_IMPL: nothing to do"
        },
        "assertions": { number, _ in
            "NVRM: nvAssertFailedNoLog: Assertion failed: status == NV_OK @ file_\(number).c:\(number)"
        },
        "programs": { number, _ in
            "NVRM: Xid (\(number % 1000))[\(number)]: segfault at \(number) error 4 in x"
        },
        "applications": { number, _ in
            KernelLines.xid(31, "pid=\(number), name=Severity \(number % 1000), Ch 00000008")
        },
        "continued": { number, _ in
            "NVRM: line \(number)\n              NVRM: and more of it \(number)"
        },
    ]

    @Test("Before, behind and within a flood", arguments: everyFlood.keys.sorted())
    func within(_ name: String) async throws {
        var random = SeededRandom(1)
        let flood = try #require(Self.everyFlood[name])
        for place in Fuzzing.some([1500, 0, 3000], few: 1) {
            var lines = (0..<3000).map { KernelLines.at(100 + Double($0) / 10, flood($0, &random)) }
            for (offset, deciding) in Self.everyEvent.enumerated() {
                let time = 99 + Double(place) / 10 + Double(offset) / 100
                lines.insert(KernelLines.at(time, deciding.message), at: place)
            }
            let evidence = try await GPUEvidence(collected: lines)
            let log = try #require(evidence.kernelLog.value)
            #expect(log.lost == 0 && log.lines.count < 100, "\(log.lines.count)")
            let alone = GPUEvidence(log: Self.everyEvent.map(\.message)).judgement
            let codes = evidence.judgement.findings.filter { $0.severity > .info }.map(\.code)
            #expect(codes == alone.findings.filter { $0.severity > .info }.map(\.code))
        }
    }

    @Test("Each alone at the end of a flood", arguments: Fuzzing.some(everyEvent, few: 3))
    func single(_ deciding: Deciding) async throws {
        var random = SeededRandom(2)
        let pages = try #require(Self.everyFlood["pages"])
        var lines = (0..<2000).map { KernelLines.at(100, pages($0, &random)) }
        lines.append(KernelLines.at(900, deciding.message))
        let evidence = try await GPUEvidence(collected: lines)
        #expect(evidence.judgement.verdict == deciding.verdict)
        #expect(evidence.judgement.codes == [deciding.code])
        #expect(evidence.kernelLog.value?.leftOut == 2000)
        #expect(GPUCheck.judge(evidence).checks.notes == ["xid: 2,000 other lines left out"])
    }

    @Test("Repeats come home as the first and the last, for each GPU, number and weight")
    func repeated() async throws {
        var lines: [String] = []
        for time in 0..<400 {
            for gpu in 0..<2 {
                let word = time.isMultiple(of: 2) ? "Nonfatal" : "Fatal"
                lines.append(
                    KernelLines.at(
                        Double(time),
                        KernelLines.xid(149, "NETIR_X \(word) XC0 i0 Link 1", gpu: gpu)))
                lines.append(KernelLines.at(Double(time), KernelLines.xid(13, gpu: gpu)))
            }
        }
        let log = try #require(try await GPUEvidence(collected: lines).kernelLog.value)
        #expect(log.lines.count == 12)
        let events = KernelHistory(log, uptime: 500, hours: 24).events
        #expect(
            events.count == 6 && events.map(\.count).sorted() == [200, 200, 200, 200, 400, 400])
        #expect(Set(events.map(\.time)) == [398, 399])
    }

    @Test("Lines out of their order keep their latest")
    func disorder() async throws {
        let times = [100.0, 2000, 50, 70]
        let lines = times.map { KernelLines.at($0, KernelLines.xid(95)) }
        let none = KernelLines.at(1000, KernelLines.recovery("x").replacing("(x)", with: "(None)"))
        #expect(try await GPUEvidence(collected: [none] + lines).judgement.verdict > .ok)
        let before = lines.filter { !$0.contains("[2000.0]") }
        #expect(try await GPUEvidence(collected: [none] + before).judgement.findings == [])
    }

    @Test("More kinds of events than an answer holds are told, and never ok")
    func tooMany() async throws {
        let lines = (0..<5000).map {
            KernelLines.at(1, "NVRM: Xid (PCI:0000:a1:00): \($0 + 1000), x")
        }
        let evidence = try await GPUEvidence(collected: lines)
        #expect(evidence.kernelLog.value?.lost == 1000)
        #expect(evidence.judgement.codes.contains("gpu.kernel_unread"))
    }
}
