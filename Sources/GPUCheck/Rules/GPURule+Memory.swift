import Verdicts

extension GPURule {
    /// Memory faults by NVIDIA's rules for replacing GPUs: replace, reset, or nothing.
    ///
    /// Corrected errors and lifetime counts are facts and not findings: they never go away, and a GPU that repaired
    /// its memory is healthy.
    static let memory = GPURule { gpu, _ in
        let memory = gpu.memory
        var findings: [Finding] = []
        func add(_ value: GPUValue, _ code: String, _ message: String, _ remedy: String) {
            guard value.flag == true, let word = value.word else { return }
            findings.append(gpu.finding(.fail, code, "\(message): \(word)", remedy: remedy))
        }
        add(
            memory.unrepairable, "gpu.memory_unrepairable", "unrepairable memory", GPURemedy.replace
        )
        add(memory.remapFailure, "gpu.remap_failure", "row remapping failed", GPURemedy.replace)
        add(
            memory.sramThresholdExceeded, "gpu.sram_threshold", "SRAM error threshold exceeded",
            GPURemedy.replace)
        add(memory.remapPending, "gpu.remap_pending", "row remapping pending", GPURemedy.reset)
        add(
            memory.channelRepairPending, "gpu.repair_pending", "channel repair pending",
            GPURemedy.reset)
        add(memory.tpcRepairPending, "gpu.repair_pending", "TPC repair pending", GPURemedy.reset)
        if let field = memory.retirementPending.first(where: { $0.value.flag == true }) {
            add(field.value, "gpu.retirement_pending", "page retirement pending", "reboot the node")
        }
        let errors = memory.volatile.filter { $0.value.integer.map { $0 > 0 } ?? false }
        if !errors.isEmpty {
            let counts = errors.map { "\($0.name) \($0.value.word ?? "")" }.joined(separator: ", ")
            findings.append(
                gpu.finding(
                    .fail, "gpu.ecc_uncorrected", "uncorrectable memory errors: \(counts)",
                    remedy: GPURemedy.reset))
        }
        return findings
    }

    /// Error correction is on, but no counter can be read.
    ///
    /// Under MIG the driver gives no counters for the whole GPU, so that case is no fault.
    static let memoryErrorsUnread = GPURule { gpu, _ in
        guard gpu.isWhole, gpu.memory.mode.word?.lowercased() == "enabled", !gpu.isSplit,
            gpu.memory.volatile.allSatisfy({ $0.value == .absent })
        else { return [] }
        return [
            gpu.finding(
                .unknown, "gpu.ecc_unread",
                "ECC is enabled, and the answer has no count of uncorrectable errors")
        ]
    }
}
