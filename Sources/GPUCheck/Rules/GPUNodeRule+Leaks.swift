import Verdicts

extension GPUNodeRule {
    /// Processes and memory on GPUs that Slurm says are free.
    ///
    /// The check knows only how many GPUs jobs hold, not which: it reports when more GPUs are in use than that. A GPU
    /// that the check's own job was given exclusively is certainly free.
    static let leaks = GPUNodeRule { evidence, report in
        // Memory use on a desktop GPU or a split GPU is normal, so these are left out.
        let gpus = report.readable.filter {
            !$0.isSplit && $0.display.word?.lowercased() != "enabled"
        }
        // For GPUs that jobs share (shard, mps), Slurm does not count the jobs that use them.
        guard evidence.expectedTotal > 0, !evidence.isShared, !gpus.isEmpty else { return [] }
        // When the job is confined to its own GPUs, it does not see GPUs that other jobs hold.
        let isConfined =
            evidence.requested > 0 && gpus.count == evidence.requested
            && evidence.requested < evidence.expectedTotal
        let held = isConfined ? 0 : evidence.allocated
        let used = gpus.filter { ($0.processes ?? 0) > 0 }
        if used.count > held {
            let processes = used.reduce(0) { $0 + ($1.processes ?? 0) }
            return [
                finding(
                    "gpu.leaked_process",
                    "\(processes) processes on \(places(used)), and jobs hold \(held) GPUs",
                    remedy: "find them with nvidia-smi on the node, and end them")
            ]
        }
        // Before driver 510, the driver's own memory counted as used.
        let full = gpus.filter {
            ($0.memoryUsed.mebibytes ?? 0) > evidence.limits.leakedMiB
                && $0.memoryReserved != .absent
        }
        guard full.count > held else { return [] }
        let most = full.compactMap(\.memoryUsed.mebibytes).max() ?? 0
        return [
            finding(
                "gpu.leaked_memory",
                "up to \(most) MiB in use on \(places(full)), and jobs hold \(held) GPUs",
                remedy: "end what holds /dev/nvidia* (fuser -v /dev/nvidia*), or reset the GPU")
        ]
    }

    /// The opposite: jobs hold all GPUs, and some GPUs are not used.
    ///
    /// A job may be meant to work that way.
    static let unused = GPUNodeRule { evidence, report in
        guard evidence.isFull, report.readable.count == evidence.expectedTotal else { return [] }
        let idle = report.readable.filter {
            $0.processes == 0 && $0.utilization.integer == 0
                && ($0.memoryUsed.mebibytes ?? .max) <= evidence.limits.leakedMiB
        }
        guard !idle.isEmpty else { return [] }
        return [
            Finding(
                .info, code: "gpu.unused",
                message:
                    "jobs hold all \(evidence.expectedTotal) GPUs, and nothing uses \(places(idle))"
            )
        ]
    }

    private static func places(_ gpus: [GPUReport]) -> String {
        let list = gpus.prefix(16).map { String($0.index) }.joined(separator: ", ")
        let more = gpus.count > 16 ? " and \(gpus.count - 16) more" : ""
        return gpus.count == 1 ? "GPU \(list)" : "GPUs \(list)\(more)"
    }

    private static func finding(_ code: String, _ message: String, remedy: String) -> Finding {
        Finding(.warn, code: code, message: message, remedy: remedy)
    }
}
