extension GPUSummary {
    /// The GPU as data for programs; null where the answer has no value.
    var fact: FactValue {
        .object([
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
        ])
    }

    private func flag(_ value: GPUValue) -> FactValue {
        value.flag.map(FactValue.bool) ?? .null
    }
}
