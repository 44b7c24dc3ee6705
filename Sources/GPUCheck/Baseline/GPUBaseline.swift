package import Verdicts

/// Compares the GPUs of all nodes: GPUs of the same model in the same partition should be alike.
///
/// So PCIe x8 counts as healthy where the cloud gives every GPU 8 lanes, while a single card on 4 lanes is reported.
package enum GPUBaseline {
    /// The code of the finding for a group that has no majority to compare with.
    package static let undecided = "gpu.odd.no_majority"

    /// Everything that is compared.
    package static let fields: [GPUBaselineField] = {
        let alike = "bring it to the release of the others"
        return [
            GPUBaselineField(
                "driver", "driver", key: "driver", isOfNode: true, remedy: alike),
            GPUBaselineField("cuda", "CUDA", key: "cuda", isOfNode: true, remedy: alike),
            GPUBaselineField("vbios", "VBIOS", key: "vbios", remedy: alike),
            GPUBaselineField("gsp", "GSP firmware", key: "gsp_firmware", remedy: alike),
            GPUBaselineField(
                "ecc_mode", "ECC mode", key: "ecc_mode",
                remedy: "set it with nvidia-smi -e, then reset the GPU"),
            GPUBaselineField(
                "persistence", "persistence mode", key: "persistence_mode",
                remedy: "start nvidia-persistenced, or set it with nvidia-smi -pm"),
            GPUBaselineField(
                "pcie_width", "PCIe width", key: "pcie_width", unit: " lanes",
                remedy: "reseat the card, or replace it or its slot"),
            // The driver lowers the link's generation of an idle GPU, so only busy GPUs can be compared.
            GPUBaselineField(
                "pcie_generation", "PCIe generation under load", key: "pcie_gen",
                remedy: "reseat the card, or replace it or its slot",
                counts: { $0["pcie_under_load"] == .bool(true) }),
            GPUBaselineField(
                "nvlink", "active NVLink count", key: "nvlink_active",
                remedy: "check the fabric manager, then reset the GPUs",
                cardRemedy: GPURemedy.bridge),
            // ECC and reserved memory change the size by less than this; a missing memory stack changes it by far
            // more.
            GPUBaselineField(
                "memory_size", "memory size", key: "memory_total_mib", tolerance: 0.05,
                unit: " MiB", remedy: "replace the GPU"),
        ]
    }()

    /// Adds findings to each row about the GPUs that differ from the majority.
    package static func review(_ reports: [NodeReport]) -> [NodeReport] {
        let members = reports.enumerated().compactMap { GPUFleetMember(row: $0, report: $1) }
        let groups = Dictionary(grouping: members, by: \.group)
        var found: [Int: [Finding]] = [:]
        for group in groups.keys.sorted() {
            let findings = GPUBaselineGroup(group, groups[group] ?? []).findings()
            found.merge(findings) { $0 + $1 }
        }
        return reports.enumerated().map { row, report in
            guard let findings = found[row], let judgement = report.judgement else { return report }
            // A row that was compared before must not get the same findings twice.
            let own = judgement.findings.filter { !$0.code.hasPrefix("gpu.odd.") }
            var report = report
            report.judgement = Judgement(findings: own + findings, facts: judgement.facts)
            return report
        }
    }

    /// The kinds of finding that the comparison may have.
    package static let kinds: [FindingKind] =
        fields.map { field in
            FindingKind(
                field.code, .warn,
                "\(field.title) differs from most GPUs of the same model in the partition.",
                source: "fleet: the majority of the same GPU model and partition, from 3 nodes on",
                action: field.remedy)
        } + [
            FindingKind(
                undecided, .info,
                "Fewer than 3 nodes have this GPU model, or no value is held by more than half.",
                source: "fleet: of two nodes that differ either may be the odd one",
                action: "nothing; compare with a node that is known to be good")
        ]
}
