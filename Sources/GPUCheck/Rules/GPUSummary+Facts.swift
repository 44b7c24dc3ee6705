import Verdicts

extension GPUSummary {
    /// The GPU as data for programs; null where the answer has no value.
    var fact: FactValue {
        .object(state.merging(identity) { first, _ in first })
    }

    private var state: [String: FactValue] {
        [
            "index": .int(index),
            "pci": FactValue(pci),
            "uuid": text(report.uuid),
            "serial": text(report.serial),
            "name": text(report.name),
            "verdict": .string(verdict.rawValue),
            "temperature_c": FactValue(temperature),
            "temperature_margin_c": FactValue(report.temperature.margin.integer),
            "memory_used_mib": FactValue(memoryUsed),
            "memory_total_mib": FactValue(memoryTotal),
            "utilization_percent": FactValue(utilization),
            "ecc_mode": text(report.memory.mode),
            "ecc_uncorrected_volatile": FactValue(eccUncorrected),
            "ecc_uncorrected_aggregate": FactValue(report.memory.aggregateCount),
            "row_remap_correctable": FactValue(report.memory.remappedCorrectable.integer),
            "row_remap_uncorrectable": FactValue(report.memory.remappedUncorrectable.integer),
            "row_remap_pending": flag(report.memory.remapPending),
            "row_remap_failure": flag(report.memory.remapFailure),
            "recovery_action": FactValue(report.recovery.actionText.map { String($0.prefix(64)) }),
            "mig_mode": text(report.mig),
            "persistence_mode": text(report.persistence),
            "process_count": FactValue(report.processes),
            "retired_pages_single_bit": FactValue(report.memory.retiredSingleBit.integer),
            "retired_pages_double_bit": FactValue(report.memory.retiredDoubleBit.integer),
        ]
    }

    /// Values that do not change by themselves, so that the GPUs of a fleet can be compared by them.
    private var identity: [String: FactValue] {
        let link = report.link
        return [
            "vbios": text(report.vbios),
            "gsp_firmware": text(report.gspFirmware),
            "ecc_mode_pending": text(report.memory.pendingMode),
            "mig_mode_pending": text(report.pendingMIG),
            "performance_state": text(report.performanceState),
            "pcie_width": FactValue(link.width.integer),
            "pcie_width_max": FactValue(link.highestWidth.integer),
            "pcie_gen": FactValue(link.generation.integer),
            "pcie_gen_max": FactValue(link.highestGeneration.integer),
            "pcie_under_load": .bool(report.isUnderLoad),
            "fabric_state": text(report.fabric.state),
            "fabric_status": text(report.fabric.status),
            "nvlink_active": FactValue(nvlink?.active),
            "nvlink_total": FactValue(nvlink?.total),
            "nvlink_gbps": nvlink?.speed.map(FactValue.double) ?? .null,
        ]
    }

    /// A text, cut to the length limit for facts.
    private func text(_ value: GPUValue) -> FactValue {
        FactValue(value.word.map { String($0.prefix(256)) })
    }

    private func flag(_ value: GPUValue) -> FactValue {
        value.flag.map(FactValue.bool) ?? .null
    }
}
