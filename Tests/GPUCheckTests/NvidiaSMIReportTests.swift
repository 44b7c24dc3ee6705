import GPUCheck
import Testing
@testable import Verdicts

@Suite struct NvidiaSMIReportTests {
    private func report(_ document: SMIDocument) throws -> NvidiaSMIReport {
        let (root, problem) = XMLReader().read(document.bytes)
        #expect(problem == nil)
        return NvidiaSMIReport(try #require(root))
    }

    @Test func versions() throws {
        let plain = try report(SMIDocument())
        #expect(plain.driverVersion == "580.105.08" && plain.cudaVersion == "13.0")
        let deprecated = SMIDocument().with("driver_version", "610.57.04 [Deprecated; use another]")
        #expect(try report(deprecated).driverVersion == "610.57.04")
        var renamed = SMIDocument().with("driver_version", nil)
        renamed.fields.append(("kmd_version", "620.1"))
        #expect(try report(renamed).driverVersion == "620.1")
        #expect(try report(SMIDocument().with("driver_version", "N/A")).driverVersion == nil)
    }

    @Test func gpu() throws {
        let gpu = try #require(try report(SMIDocument()).gpus.last)
        #expect(gpu.index == 1 && gpu.subject == "GPU 1 (0000:a1:00.0)")
        #expect(gpu.uuid.word == "GPU-00000001" && gpu.isReadable && gpu.isWhole)
        #expect(gpu.memoryTotal.mebibytes == 81559 && gpu.temperature.core.integer == 30)
        #expect(gpu.memory.volatileCount == 0 && gpu.memory.aggregateCount == 0)
        #expect(gpu.power.number == 70.1 && gpu.processes == 0)
    }

    @Test func names() throws {
        let gpus = try report(SMIDocument([SMIGPU.hopper(0), SMIGPU.turing(1)])).gpus
        #expect(gpus.allSatisfy { $0.throttle.hardware.flag == false })
        #expect(gpus.allSatisfy { $0.power.number != nil })
        #expect(gpus[1].memory.volatileCount == 0 && gpus[1].memory.remapPending == .absent)
    }

    @Test func placeWithoutID() throws {
        var gpu = SMIGPU.hopper(3)
        gpu.id = ""
        let read = try #require(try report(SMIDocument([gpu])).gpus.first)
        #expect(read.pci?.description == "0000:a3:00.0")
        let bare = try #require(try report(SMIDocument([gpu.without("pci")])).gpus.first)
        #expect(bare.pci == nil && bare.subject == "GPU 0" && bare.identity == "GPU-00000003")
    }

    @Test func doubleBitErrors() throws {
        let gpu = SMIGPU.turing(0).without("ecc_errors")
            .with("ecc_errors/volatile/double_bit/device_memory", "3")
            .with("ecc_errors/volatile/double_bit/total", "3")
        #expect(try report(SMIDocument([gpu])).gpus.first?.memory.volatileCount == 3)
    }

    @Test func duplicatesAndOrder() throws {
        var gpu = SMIGPU.hopper(0)
        gpu.fields = gpu.fields.reversed() + [("clocks/sm_clock", "1"), ("new_in_999/some", "x")]
        let judgement = GPUEvidence(SMIDocument([gpu])).judgement
        #expect(judgement.findings == [])
    }

    @Test(arguments: [("", 0), ("N/A", nil), ("None", 0)] as [(String, Int?)])
    func processes(_ text: String, _ count: Int?) throws {
        let gpu = SMIGPU.hopper(0).with("processes", text)
        #expect(try report(SMIDocument([gpu])).gpus.first?.processes == count)
    }
}
