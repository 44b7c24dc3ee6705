import Verdicts

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
            listed: visible)
    }

    /// What it means that a node shows this many GPUs.
    ///
    /// Slurm may show a job only the GPUs it was given (`ConstrainDevices`). A job that sees exactly
    /// those says nothing about the others. One that sees fewer, or more but not all, does.
    static func countFindings(
        _ evidence: GPUEvidence, seen: Int, listed: [GPUReport]
    ) -> [Finding] {
        let expected = evidence.expectedTotal
        if seen == expected { return [] }
        if seen > expected {
            return [
                Finding(
                    .warn, code: "gpu.count",
                    message: "\(seen) GPUs answer, Slurm is configured for \(expected)",
                    remedy: GPURemedy.gres)
            ]
        }
        let places = listed.compactMap(\.pci)
        if let hidden = hidden(evidence, seen: seen) {
            let list = hidden + (places.isEmpty ? "" : ": " + text(places))
            return [
                Finding(
                    .unknown, code: "gpu.hidden", message: list,
                    remedy: "check when the node is free, or with --via direct")
            ]
        }
        return [
            Finding(
                .fail, code: "gpu.count",
                message: "\(seen) of \(expected) GPUs answer"
                    + missing(evidence, listed: listed),
                remedy: GPURemedy.reboot)
        ]
    }

    /// What hides the GPUs that are not seen; nil where that explains nothing.
    private static func hidden(_ evidence: GPUEvidence, seen: Int) -> String? {
        let expected = evidence.expectedTotal
        if let denied = evidence.denied {
            // Those it was kept from, and those it sees, are all.
            guard !denied.isEmpty, seen + denied.count >= expected else { return nil }
            return
                "\(seen) of \(expected) GPUs seen, Slurm keeps the other \(denied.count) from the check"
        }
        guard evidence.mayBeConfined, seen == evidence.requested else { return nil }
        return "the job holds \(seen) of \(expected) GPUs and sees no others"
    }

    /// Where the missing GPUs are, by what the PCI bus shows; else where the others are.
    private static func missing(_ evidence: GPUEvidence, listed: [GPUReport]) -> String {
        let places = listed.compactMap(\.pci)
        guard let slots = evidence.slots else {
            return places.isEmpty ? "" : ": " + text(places)
        }
        let known = Set(places + (evidence.denied ?? []))
        let missing = slots.filter { !known.contains($0.address) }
        guard !missing.isEmpty else {
            return "; the PCI bus has no more than \(slots.count) either"
        }
        let gone = missing.allSatisfy(\.isGone) ? ", where it no longer answers (rev ff)" : ""
        return "; missing: \(text(missing.map(\.address))) on the PCI bus\(gone)"
    }

    private static func text(_ places: [PCIAddress]) -> String {
        places.map(\.description).joined(separator: ", ")
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
