import SlurmModel
import Verdicts

extension GPUNodeRule {
    /// Compares the GPUs that answer with those that Slurm's configuration gives the node.
    static let count = GPUNodeRule { evidence, report in
        // An answer without GPUs and without their number is unreadable; it is not a count of 0.
        guard evidence.expectedTotal > 0, !report.gpus.isEmpty || report.attached.integer == 0
        else { return [] }
        let visible = report.readable
        return countFindings(evidence, seen: seen(evidence, visible), listed: visible)
    }

    /// How many GPUs answer, in the units that Slurm counts.
    ///
    /// Under MIG, Slurm counts the parts of a GPU if the site's GRES names their profiles (`1g.10gb`). Otherwise
    /// Slurm may count cards or parts: then the number nearer to the configured one is used.
    private static func seen(_ evidence: GPUEvidence, _ visible: [GPUReport]) -> Int {
        let parts = visible.reduce(0) {
            $0 + ($1.isSplit && ($1.listsMIGDevices || $1.migDevices > 0) ? $1.migDevices : 1)
        }
        if evidence.expected.contains(where: { $0.isMIG && $0.total > 0 }) { return parts }
        let expected = evidence.expectedTotal
        let byCards = abs(visible.count - expected), byParts = abs(parts - expected)
        // When both are equally near, the smaller number is reported.
        if byCards == byParts { return min(parts, visible.count) }
        return byCards < byParts ? visible.count : parts
    }

    /// The findings when a node shows this many GPUs.
    ///
    /// Slurm may show a job only the GPUs that it was given (`ConstrainDevices`). A job that sees exactly those
    /// proves nothing about the others. A job that sees fewer, or more but not all, proves that GPUs are missing.
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
                    remedy: GPURemedy.hidden)
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

    /// Why the other GPUs cannot be seen, when Slurm hides them; nil when hiding does not explain the number.
    private static func hidden(_ evidence: GPUEvidence, seen: Int) -> String? {
        let expected = evidence.expectedTotal
        if let denied = evidence.denied {
            // Hidden and visible GPUs together must make up all expected GPUs.
            guard !denied.isEmpty, seen + denied.count >= expected else { return nil }
            return
                "\(seen) of \(expected) GPUs seen, Slurm keeps the other \(denied.count) from the check"
        }
        guard evidence.mayBeConfined, seen == evidence.requested else { return nil }
        return "the job holds \(seen) of \(expected) GPUs and sees no others"
    }

    /// Where the missing GPUs are, as far as the PCI bus shows; otherwise where the other GPUs are.
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
    /// The GPUs that the driver can still read, each once; a GPU without UUID and address counts too.
    package var readable: [GPUReport] {
        var seen: Set<String> = []
        return gpus.filter { gpu in
            gpu.isReadable && (gpu.identity.map { seen.insert($0).inserted } ?? true)
        }
    }
}
