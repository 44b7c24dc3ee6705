import GPUCheck
import SlurmModel
import Testing
@testable import Verdicts

@Suite struct GPUSummaryTests {
    @Test func rows() throws {
        let document = SMIDocument(gpus: 3)
            .with(gpu: 1, "remapped_rows/remapped_row_pending", "Yes")
            .with(gpu: 2, "remapped_rows/remapped_row_unc", "4")
        let result = GPUCheck.judge(GPUEvidence(document))
        #expect(result.driver == "580.105.08" && result.cuda == "13.0" && result.expected == 3)
        #expect(result.gpus.map(\.verdict) == [.ok, .fail, .ok])
        #expect(result.gpus.map(\.remap) == ["0", "pending", "4"])
        let row = try #require(result.gpus.last)
        #expect(row.index == 2 && row.pci == "0000:a2:00.0" && row.uuid == "GPU-00000002")
        #expect(row.name == "NVIDIA H100 80GB HBM3" && row.temperature == 30)
        #expect(row.memoryUsed == 4 && row.memoryTotal == 81559 && row.utilization == 0)
        #expect(row.eccUncorrected == 0 && row.findings == [])
    }

    @Test func facts() throws {
        let facts = GPUCheck.judge(GPUEvidence(SMIDocument([.turing(0)]))).judgement.facts
        #expect(facts["driver"] == .string("580.105.08") && facts["cuda"] == .string("13.0"))
        #expect(facts["gpu_count"] == .int(1) && facts["gpu_expected"] == .int(1))
        guard case .list(let gpus) = facts["gpus"], case .object(let gpu) = gpus.first else {
            Issue.record("no GPUs")
            return
        }
        #expect(gpu["pci"] == .string("0000:a0:00.0") && gpu["verdict"] == .string("ok"))
        #expect(gpu["temperature_c"] == .int(33) && gpu["temperature_margin_c"] == .null)
        #expect(gpu["row_remap_pending"] == .null && gpu["recovery_action"] == .null)
        #expect(gpu["ecc_uncorrected_volatile"] == .int(0))
        #expect(gpu["memory_total_mib"] == .int(81559) && gpu["process_count"] == .int(0))
    }

    @Test func nothing() {
        let result = GPUCheck.judge(GPUEvidence(exit: 9, ""))
        #expect(result.driver == nil && result.gpus.isEmpty)
        #expect(result.judgement.facts["gpu_count"] == .null)
        #expect(result.judgement.facts["gpus"] == .list([]))
    }
}
