import SlurmModel
import Verdicts

extension GPUNodeRule {
    /// The GPUs that answer against the GPUs Slurm's configuration gives the node.
    static let count = GPUNodeRule { evidence, report in
        // An answer without GPUs and without a word about it is unreadable, not a count of 0.
        guard evidence.expectedTotal > 0, !report.gpus.isEmpty || report.attached.integer == 0
        else { return [] }
        let visible = report.readable
        return countFindings(evidence, seen: seen(evidence, visible), listed: visible)
    }

    /// How many GPUs answer, as Slurm counts them.
    ///
    /// Under MIG it counts the parts of a GPU where the site's GRES names their profiles (`1g.10gb`). Where it
    /// names none, it may count cards or parts: the number that is nearer to the configured one is meant.
    private static func seen(_ evidence: GPUEvidence, _ visible: [GPUReport]) -> Int {
        let parts = visible.reduce(0) {
            $0 + ($1.isSplit && ($1.listsMIGDevices || $1.migDevices > 0) ? $1.migDevices : 1)
        }
        if evidence.expected.contains(where: { $0.isMIG && $0.total > 0 }) { return parts }
        let expected = evidence.expectedTotal
        let byCards = abs(visible.count - expected), byParts = abs(parts - expected)
        // Of two that are as near the smaller one is told.
        if byCards == byParts { return min(parts, visible.count) }
        return byCards < byParts ? visible.count : parts
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
        let isUnsplit = listed.contains(where: \.isSplitIntoNothing)
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
                remedy: isUnsplit ? GPURemedy.splitting : GPURemedy.reboot)
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
        places.sorted().map(\.description).joined(separator: ", ")
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
