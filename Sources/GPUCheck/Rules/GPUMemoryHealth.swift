/// A GPU's memory errors and the repairs of its memory.
package struct GPUMemoryHealth: Hashable, Sendable {
    /// Whether errors are corrected (ECC): `Enabled` or `Disabled`.
    package var mode: GPUValue
    /// The mode after the next reset.
    package var pendingMode: GPUValue
    /// Uncorrectable errors since the driver was loaded or the GPU was reset; one field per kind, to be summed.
    package var volatile: [GPUField]
    /// Uncorrectable errors over the GPU's life; one field per kind, to be summed.
    package var aggregate: [GPUField]
    /// Whether the SRAM errors exceed the number above which NVIDIA replaces the GPU.
    package var sramThresholdExceeded: GPUValue
    /// Rows of memory replaced after correctable errors.
    package var remappedCorrectable: GPUValue
    /// Rows of memory replaced after uncorrectable errors.
    package var remappedUncorrectable: GPUValue
    /// Whether a row will be replaced at the next reset.
    package var remapPending: GPUValue
    /// Whether a row could not be replaced.
    package var remapFailure: GPUValue
    /// Whether a page will be retired (before Ampere); the field's name differs by driver.
    package var retirementPending: [GPUField]
    /// Pages retired for repeated single bit errors, before Ampere.
    package var retiredSingleBit: GPUValue
    /// Pages retired for double bit errors, before Ampere.
    package var retiredDoubleBit: GPUValue
    /// Whether a memory channel will be repaired at the next reset; driver 580 on.
    package var channelRepairPending: GPUValue
    /// Whether a processing cluster will be repaired at the next reset; driver 580 on.
    package var tpcRepairPending: GPUValue
    /// Whether memory is beyond repair; driver 580 on.
    package var unrepairable: GPUValue

    /// Reads a `gpu` element.
    init(_ gpu: XMLTree) {
        mode = GPUValue(gpu.first("ecc_mode", "current_ecc"))
        pendingMode = GPUValue(gpu.first("ecc_mode", "pending_ecc"))
        let errors = gpu.first("ecc_errors")
        volatile = Self.uncorrectable(errors?.first("volatile")) + Self.migErrors(gpu)
        aggregate = Self.uncorrectable(errors?.first("aggregate"))
        sramThresholdExceeded = GPUValue(errors?.first("aggregate", "sram_threshold_exceeded"))
        channelRepairPending = GPUValue(errors?.first("channel_repair_pending"))
        tpcRepairPending = GPUValue(errors?.first("tpc_repair_pending"))
        unrepairable = GPUValue(errors?.first("unrepairable_memory"))
        // The whole element is N/A on a T4, on consumer boards and under MIG, or it says that the GPU is lost.
        let rows = gpu.first("remapped_rows")
        func row(_ name: String) -> GPUValue {
            rows.map { $0.isLeaf ? GPUValue($0) : GPUValue($0.first(name)) } ?? .absent
        }
        remappedCorrectable = row("remapped_row_corr")
        remappedUncorrectable = row("remapped_row_unc")
        remapPending = row("remapped_row_pending")
        remapFailure = row("remapped_row_failure")
        retirementPending = ["pending_retirement", "pending_blacklist"].map {
            GPUField($0, GPUValue(gpu.first("retired_pages", $0)))
        }
        func retired(_ cause: String) -> GPUValue {
            GPUValue(gpu.first("retired_pages", cause, "retired_count"))
        }
        retiredSingleBit = retired("multiple_single_bit_retirement")
        retiredDoubleBit = retired("double_bit_retirement")
    }

    /// The uncorrectable errors since the driver was loaded; nil where no counter is readable.
    package var volatileCount: Int? { Self.sum(volatile) }

    /// The uncorrectable errors over the GPU's life; nil where no counter is readable.
    package var aggregateCount: Int? { Self.sum(aggregate) }

    private static func sum(_ fields: [GPUField]) -> Int? {
        let counts = fields.compactMap(\.value.integer)
        // The node sends the counters, so their sum must not overflow.
        return counts.isEmpty
            ? nil : counts.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    }

    // From Turing on: SRAM (one counter, or two from driver 570 on) and DRAM. Before: double bit errors; `total` is
    // the sum of the others.
    private static func uncorrectable(_ counters: XMLTree?) -> [GPUField] {
        let names = [
            "sram_uncorrectable", "sram_uncorrectable_parity", "sram_uncorrectable_secded",
            "dram_uncorrectable",
        ]
        let fields = names.map { GPUField($0, GPUValue(counters?.first($0))) }
        return fields + [
            GPUField("double_bit total", GPUValue(counters?.first("double_bit", "total")))
        ]
    }

    // Under MIG, driver 510 gives only these counters, and none for the whole GPU.
    private static func migErrors(_ gpu: XMLTree) -> [GPUField] {
        (gpu.first("mig_devices")?.all("mig_device") ?? []).enumerated().map { index, device in
            let count = device.first("ecc_error_count", "volatile_count", "sram_uncorrectable")
            return GPUField("MIG device \(index) sram_uncorrectable", GPUValue(count))
        }
    }
}
