extension GPUSummary {
    /// The GPU as data for programs; null where the answer has no value.
    var fact: FactValue {
        .object(state.merging(identity) { first, _ in first })
    }

    private var state: [String: FactValue] {
        [
            "index": .int(index),
            "pci": FactValue(pci),
            "uuid": FactValue(uuid),
            "serial": FactValue(report.serial.word),
            "name": FactValue(name),
            "verdict": .string(verdict.rawValue),
            "temperature_c": FactValue(temperature),
            "temperature_margin_c": FactValue(report.temperature.margin.integer),
            "memory_used_mib": FactValue(memoryUsed),
            "memory_total_mib": FactValue(memoryTotal),
            "utilization_percent": FactValue(utilization),
            "ecc_mode": FactValue(report.memory.mode.word),
            "ecc_uncorrected_volatile": FactValue(eccUncorrected),
            "ecc_uncorrected_aggregate": FactValue(report.memory.aggregateCount),
            "row_remap_correctable": FactValue(report.memory.remappedCorrectable.integer),
            "row_remap_uncorrectable": FactValue(report.memory.remappedUncorrectable.integer),
            "row_remap_pending": flag(report.memory.remapPending),
            "row_remap_failure": flag(report.memory.remapFailure),
            "recovery_action": FactValue(report.recovery.actionText),
            "mig_mode": FactValue(report.mig.word),
            "persistence_mode": FactValue(report.persistence.word),
            "process_count": FactValue(report.processes),
            "retired_pages_single_bit": FactValue(report.memory.retiredSingleBit.integer),
            "retired_pages_double_bit": FactValue(report.memory.retiredDoubleBit.integer),
        ]
    }

    /// What does not change by itself: of this a fleet has a majority.
    private var identity: [String: FactValue] {
        let link = report.link
        return [
            "vbios": FactValue(report.vbios.word),
            "gsp_firmware": FactValue(report.gspFirmware.word),
            "ecc_mode_pending": FactValue(report.memory.pendingMode.word),
            "mig_mode_pending": FactValue(report.pendingMIG.word),
            "performance_state": FactValue(report.performanceState.word),
            "pcie_width": FactValue(link.width.integer),
            "pcie_width_max": FactValue(link.highestWidth.integer),
            "pcie_gen": FactValue(link.generation.integer),
            "pcie_gen_max": FactValue(link.highestGeneration.integer),
            "pcie_under_load": .bool(report.isUnderLoad),
            "fabric_state": FactValue(report.fabric.state.word),
            "fabric_status": FactValue(report.fabric.status.word),
            "nvlink_active": FactValue(nvlink?.active),
            "nvlink_total": FactValue(nvlink?.total),
            "nvlink_gbps": nvlink?.speed.map(FactValue.double) ?? .null,
        ]
    }

    private func flag(_ value: GPUValue) -> FactValue {
        value.flag.map(FactValue.bool) ?? .null
    }
}
