import GPUCheck
import Testing
import Verdicts

/// One field of a healthy GPU changed, and what follows.
struct RuleCase: CustomTestStringConvertible {
    var path: String
    var text: String?
    var verdict: Verdict
    var code: String?
    var gpu = SMIGPU.hopper(0)

    var testDescription: String { "\(path) = \(text ?? "nothing"): \(verdict)" }

    static func hopper(_ path: String, _ text: String?, _ verdict: Verdict, _ code: String? = nil)
        -> RuleCase
    {
        RuleCase(path: path, text: text, verdict: verdict, code: code)
    }

    static func turing(_ path: String, _ text: String?, _ verdict: Verdict, _ code: String? = nil)
        -> RuleCase
    {
        RuleCase(path: path, text: text, verdict: verdict, code: code, gpu: .turing(0))
    }
}

@Suite struct GPURuleTests {
    private func expect(_ rule: RuleCase) {
        let judgement = GPUEvidence(SMIDocument([rule.gpu.with(rule.path, rule.text)])).judgement
        #expect(judgement.verdict == rule.verdict, "\(judgement.findings.map(\.text))")
        #expect(judgement.findings.first?.code == rule.code)
        if rule.code != nil, rule.code?.hasPrefix("gpu.leaked") == false {
            #expect(judgement.findings.first?.subject == "GPU 0 (0000:a0:00.0)")
        }
        if rule.verdict == .fail { #expect(judgement.findings.first?.remedy != nil) }
    }

    @Test func healthy() {
        #expect(GPUEvidence(SMIDocument(gpus: 8)).judgement.findings == [])
        #expect(GPUEvidence(SMIDocument([.turing(0)])).judgement.findings == [])
    }

    @Test(arguments: [
        RuleCase.hopper("gpu_recovery_action", "None", .ok),
        .hopper("gpu_recovery_action", "N/A", .ok),
        .hopper("gpu_recovery_action", nil, .ok),
        .hopper("gpu_recovery_action", "Reset", .fail, "gpu.recovery"),
        .hopper("gpu_recovery_action", "Reboot", .fail, "gpu.recovery"),
        .hopper("gpu_recovery_action", "Drain and Reset", .fail, "gpu.recovery"),
        .hopper("gpu_recovery_action", "Drain P2P", .warn, "gpu.recovery"),
        .hopper("gpu_recovery_action", "Pray", .unknown, "gpu.recovery"),
        .turing("gpu_reset_status/reset_required", "Yes", .fail, "gpu.recovery"),
        .turing("gpu_reset_status/reset_required", "No", .ok),
        .turing("gpu_reset_status/drain_and_reset_recommended", "Yes", .fail, "gpu.recovery"),
        .hopper(
            "gpu_reset_status/reset_required", "Requested functionality has been deprecated", .ok),
    ])
    func recovery(_ rule: RuleCase) { expect(rule) }

    @Test(arguments: [
        RuleCase.hopper("fabric/state", "GPU is lost", .fail, "gpu.lost"),
        .hopper("remapped_rows", "[GPU is lost]", .fail, "gpu.lost"),
        .hopper("clocks/sm_clock", "[GPU requires reset]", .fail, "gpu.reset_required"),
        .hopper(
            "processes/process_info/process_name", "GPU is lost", .warn, "gpu.leaked_process"),
    ])
    func access(_ rule: RuleCase) { expect(rule) }

    @Test(arguments: [
        RuleCase.hopper("remapped_rows/remapped_row_pending", "Yes", .fail, "gpu.remap_pending"),
        .hopper("remapped_rows/remapped_row_pending", "1", .fail, "gpu.remap_pending"),
        .hopper("remapped_rows/remapped_row_failure", "Yes", .fail, "gpu.remap_failure"),
        .hopper("remapped_rows/remapped_row_unc", "511", .ok),
        .hopper("ecc_errors/aggregate/sram_threshold_exceeded", "Yes", .fail, "gpu.sram_threshold"),
        .hopper("ecc_errors/aggregate/dram_uncorrectable", "9", .ok),
        .hopper("ecc_errors/volatile/dram_uncorrectable", "1", .fail, "gpu.ecc_uncorrected"),
        .hopper("ecc_errors/volatile/sram_uncorrectable_parity", "1", .fail, "gpu.ecc_uncorrected"),
        .hopper("ecc_errors/volatile/sram_uncorrectable_secded", "1", .fail, "gpu.ecc_uncorrected"),
        .hopper("ecc_errors/volatile/dram_correctable", "5000", .ok),
        .hopper("ecc_errors/channel_repair_pending", "Yes", .fail, "gpu.repair_pending"),
        .hopper("ecc_errors/tpc_repair_pending", "Yes", .fail, "gpu.repair_pending"),
        .hopper("ecc_errors/unrepairable_memory", "Yes", .fail, "gpu.memory_unrepairable"),
        .turing("ecc_errors/volatile/sram_uncorrectable", "1", .fail, "gpu.ecc_uncorrected"),
        .turing("ecc_errors/volatile/double_bit/total", "1", .fail, "gpu.ecc_uncorrected"),
        .turing("retired_pages/pending_retirement", "Yes", .fail, "gpu.retirement_pending"),
        .turing("retired_pages/pending_blacklist", "Yes", .fail, "gpu.retirement_pending"),
    ])
    func memory(_ rule: RuleCase) { expect(rule) }

    @Test(arguments: [
        RuleCase.hopper("temperature/gpu_temp_tlimit", "1 C", .ok),
        .hopper("temperature/gpu_temp_tlimit", "0 C", .warn, "gpu.temperature"),
        .hopper("temperature/gpu_temp_tlimit", "-1 C", .warn, "gpu.temperature"),
        .hopper("temperature/gpu_temp_tlimit", "-2 C", .warn, "gpu.temperature"),
        .hopper("temperature/gpu_temp_tlimit", "-3 C", .fail, "gpu.temperature"),
        .hopper("temperature/gpu_temp", "95 C", .ok),
        .turing("temperature/gpu_temp", "84 C", .ok),
        .turing("temperature/gpu_temp", "85 C", .warn, "gpu.temperature"),
        .turing("temperature/gpu_temp", "92 C", .warn, "gpu.temperature"),
        .turing("temperature/gpu_temp", "93 C", .fail, "gpu.temperature"),
        .turing("temperature/memory_temp", "94 C", .ok),
        .turing("temperature/memory_temp", "95 C", .warn, "gpu.memory_temperature"),
    ])
    func temperature(_ rule: RuleCase) { expect(rule) }

    @Test(arguments: [
        RuleCase.hopper(
            "clocks_event_reasons/clocks_event_reason_hw_slowdown", "Active", .warn, "gpu.throttle"),
        .hopper(
            "clocks_event_reasons/clocks_event_reason_hw_thermal_slowdown", "Active", .warn,
            "gpu.throttle"),
        .hopper(
            "clocks_event_reasons/clocks_event_reason_hw_power_brake_slowdown", "Active", .warn,
            "gpu.throttle"),
        .hopper("clocks_event_reasons/clocks_event_reason_sw_power_cap", "Active", .ok),
        .turing(
            "clocks_throttle_reasons/clocks_throttle_reason_hw_slowdown", "Active", .warn,
            "gpu.throttle"),
    ])
    func throttle(_ rule: RuleCase) { expect(rule) }

    @Test(arguments: [
        RuleCase.hopper("temperature/gpu_temp", "ERR!", .fail, "gpu.unreadable"),
        .hopper("fb_memory_usage/used", "Unknown Error", .fail, "gpu.unreadable"),
        .hopper("utilization/gpu_util", "[Unknown Error]", .fail, "gpu.unreadable"),
        .hopper("product_name", "ERR!", .fail, "gpu.unreadable"),
        .hopper("ecc_errors/volatile/dram_uncorrectable", "ERR!", .fail, "gpu.unreadable"),
        .hopper("gpu_power_readings/instant_power_draw", "ERR!", .warn, "gpu.sensor"),
        .hopper("fan_speed", "ERR!", .warn, "gpu.sensor"),
        .hopper("addressing_mode", "Unknown Error", .ok),
        .hopper("gpu_recovery_action", "Unknown Error", .unknown, "gpu.unread"),
        .hopper(
            "temperature/gpu_temp", "[Insufficient Permissions]", .unknown, "gpu.not_permitted"),
        .hopper("power_smoothing", "Insufficient Permissions", .ok),
        .hopper("temperature/gpu_temp", "warm", .unknown, "gpu.garbled"),
        .hopper("fb_memory_usage/total", "much", .unknown, "gpu.garbled"),
        .hopper("ecc_errors/volatile/dram_uncorrectable", "-1", .unknown, "gpu.garbled"),
        .hopper("remapped_rows/remapped_row_pending", "Maybe", .unknown, "gpu.garbled"),
    ])
    func unreadable(_ rule: RuleCase) { expect(rule) }

    @Test(arguments: [
        RuleCase.hopper("uuid", "N/A", .unknown, "gpu.missing"),
        .hopper("uuid", nil, .unknown, "gpu.missing"),
        .hopper("product_name", "", .unknown, "gpu.missing"),
        .hopper("temperature/gpu_temp", "N/A", .unknown, "gpu.missing"),
        .hopper("fb_memory_usage/total", "N/A", .unknown, "gpu.missing"),
        .hopper("fb_memory_usage/used", nil, .unknown, "gpu.missing"),
        .hopper("serial", "N/A", .ok),
        .hopper("utilization/gpu_util", "N/A", .ok),
    ])
    func missing(_ rule: RuleCase) { expect(rule) }

    @Test func partOfAGPU() {
        let part = SMIGPU.hopper(0).without("temperature")
            .with("gpu_virtualization_mode/virtualization_mode", "VGPU")
        #expect(GPUEvidence(SMIDocument([part])).judgement.findings == [])
    }

    @Test func errorCountersUnread() {
        let blind = SMIGPU.hopper(0).without("ecc_errors")
        #expect(GPUEvidence(SMIDocument([blind])).judgement.codes == ["gpu.ecc_unread"])
        let split = blind.with("mig_mode/current_mig", "Enabled")
            .with("mig_mode/pending_mig", "Enabled").with("remapped_rows", "N/A")
        #expect(GPUEvidence(SMIDocument([split])).judgement.verdict == .ok)
        let off = blind.with("ecc_mode/current_ecc", "Disabled")
            .with("ecc_mode/pending_ecc", "Disabled")
        #expect(GPUEvidence(SMIDocument([off])).judgement.verdict == .ok)
    }

    @Test func errorOnMIGDevice() {
        let path = "mig_devices/mig_device/ecc_error_count/volatile_count/sram_uncorrectable"
        let split = SMIGPU.hopper(0).without("ecc_errors").with("mig_mode/current_mig", "Enabled")
            .with("mig_mode/pending_mig", "Enabled")
            .with(path, "2")
        #expect(GPUEvidence(SMIDocument([split])).judgement.codes == ["gpu.ecc_uncorrected"])
    }

    @Test func driversVerdictLeads() {
        let gpu = SMIGPU.hopper(0).with("gpu_recovery_action", "Reset")
            .with("ecc_errors/volatile/dram_uncorrectable", "4").with("fan_speed", "ERR!")
        let codes = GPUEvidence(SMIDocument([gpu])).judgement.codes
        #expect(codes == ["gpu.recovery", "gpu.ecc_uncorrected", "gpu.sensor"])
    }
}
