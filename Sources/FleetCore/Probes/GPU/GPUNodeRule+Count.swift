extension GPUNodeRule {
    /// The GPUs that answer against the GPUs Slurm's configuration gives the node.
    static let count = GPUNodeRule { evidence, report in
        // An answer without GPUs and without a word about it is unreadable, not a count of 0.
        guard evidence.expectedTotal > 0, !report.gpus.isEmpty || report.attached.integer == 0
        else { return [] }
        let visible = report.readable
        // Under MIG Slurm counts GPUs or MIG devices, as the site configured it.
        if visible.count == evidence.expectedTotal { return [] }
        return countFindings(
            evidence, seen: visible.reduce(0) { $0 + max(1, $1.isSplit ? $1.migDevices : 1) },
            places: visible.compactMap(\.pci))
    }

    /// What it means that a node shows this many GPUs.
    ///
    /// Slurm may show a job only the GPUs it was given (`ConstrainDevices`). A job that sees exactly
    /// those says nothing about the others. One that sees fewer, or more but not all, does.
    static func countFindings(
        _ evidence: GPUEvidence, seen: Int, places: [PCIAddress]
    ) -> [Finding] {
        let expected = evidence.expectedTotal
        let list = places.isEmpty ? "" : ": " + places.map(\.description).joined(separator: ", ")
        if seen == expected { return [] }
        if seen > expected {
            return [
                Finding(
                    .warn, code: "gpu.count",
                    message: "\(seen) GPUs answer, Slurm is configured for \(expected)",
                    remedy: "correct the node's Gres in slurm.conf and gres.conf")
            ]
        }
        if evidence.requested < expected, seen == evidence.requested {
            return [
                Finding(
                    .unknown, code: "gpu.hidden",
                    message: "the job holds \(seen) of \(expected) GPUs and sees no others\(list)",
                    remedy: "check with all GPUs of the node, or without an allocation")
            ]
        }
        return [
            Finding(
                .fail, code: "gpu.count",
                message: "\(seen) of \(expected) GPUs answer\(list)", remedy: GPURemedy.reboot)
        ]
    }
}

extension NvidiaSMIReport {
    /// The GPUs the driver still reads, each once; one without UUID and place counts, and is no more.
    package var readable: [GPUReport] {
        var seen: Set<String> = []
        return gpus.filter { gpu in
            gpu.isReadable && (gpu.identity.map { seen.insert($0).inserted } ?? true)
        }
    }
}
