import Verdicts

extension GPURule {
    /// Repairs of memory that are nearly used up.
    static let worn = GPURule { gpu, evidence in
        let (memory, limits) = (gpu.memory, evidence.limits)
        var findings: [Finding] = []
        if let rows = memory.remappedUncorrectable.integer, rows >= limits.remappedRows {
            findings.append(
                gpu.finding(
                    .warn, "gpu.remap_limit",
                    "\(rows) rows replaced for uncorrectable errors, \(limits.remappedRows) are allowed for",
                    remedy: "plan to replace the GPU"))
        }
        let double = memory.retiredDoubleBit.integer ?? 0
        let pages = (memory.retiredSingleBit.integer ?? 0).addingReportingOverflow(double)
            .partialValue
        if pages >= limits.retiredPages {
            findings.append(
                gpu.finding(
                    .fail, "gpu.retired_pages",
                    "\(pages) pages of memory are retired, the GPU is replaced at \(limits.retiredPages)",
                    remedy: GPURemedy.replace))
        } else if double > limits.retiredDoubleBit {
            findings.append(
                gpu.finding(
                    .warn, "gpu.retired_pages",
                    "\(double) pages of memory are retired for double bit errors",
                    remedy: "plan to replace the GPU"))
        }
        return findings
    }

    /// MIG is on without any MIG device, so jobs cannot use the GPU.
    static let unsplit = GPURule { gpu, evidence in
        guard gpu.isSplitIntoNothing, gpu.isWhole else { return [] }
        // A job that holds no part of the GPU does not see its devices.
        let isHidden = evidence.mayBeConfined || !(evidence.denied ?? []).isEmpty
        return [
            gpu.finding(
                isHidden ? .unknown : .warn, "gpu.mig_empty",
                "MIG is on, and it has no instance" + (isHidden ? " that the check sees" : ""),
                remedy: isHidden ? GPURemedy.hidden : GPURemedy.splitting)
        ]
    }

    /// Modes that were changed but are not yet in effect.
    static let pendingModes = GPURule { gpu, _ in
        [("ECC", gpu.memory.mode, gpu.memory.pendingMode), ("MIG", gpu.mig, gpu.pendingMIG)]
            .compactMap { name, current, pending in
                guard let now = current.word, let next = pending.word, now != next else {
                    return nil
                }
                return gpu.finding(
                    .warn, "gpu.mode_pending", "\(name) is \(now), and \(next) after a reset",
                    remedy: GPURemedy.reset)
            }
    }
}
