package import Verdicts

/// Compares the GPUs of a fleet with each other: the same model in the same partition should be alike.
///
/// This is how PCIe x8 is healthy where the cloud gives every GPU 8 lanes, and one card on 4 lanes is not.
package enum GPUBaseline {
    /// The code of what is said where there is nothing to compare with.
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
            // At rest the driver lowers the generation, so that only GPUs at work can be compared.
            GPUBaselineField(
                "pcie_generation", "PCIe generation under load", key: "pcie_gen",
                remedy: "reseat the card, or replace it or its slot",
                counts: { $0["pcie_under_load"] == .bool(true) }),
            GPUBaselineField(
                "nvlink", "active NVLink count", key: "nvlink_active",
                remedy: "check the fabric manager, then reset the GPUs",
                cardRemedy: GPURemedy.bridge),
            // ECC and reserved memory move the size by less; a missing memory stack is far more.
            GPUBaselineField(
                "memory_size", "memory size", key: "memory_total_mib", tolerance: 0.05,
                unit: " MiB", remedy: "replace the GPU"),
        ]
    }()

    /// Adds to each row what is odd about it.
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
            // A row that was compared before keeps one set of findings.
            let own = judgement.findings.filter { !$0.code.hasPrefix("gpu.odd.") }
            var report = report
            report.judgement = Judgement(findings: own + findings, facts: judgement.facts)
            return report
        }
    }

    /// What the comparison can find.
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
