import SlurmModel
import Verdicts

extension GPUNodeRule {
    /// Compares the GPUs' model with the type in Slurm's GRES; a type that names no model is a site's own word.
    static let model = GPUNodeRule { evidence, report in
        let types = Set(evidence.expected.filter { $0.total > 0 }.compactMap(\.type))
        let named = Set(types.compactMap { GPUModel(type: $0)?.name })
        // A single type that names no model could stand for any GPU, so nothing is compared.
        guard !named.isEmpty, named.count == types.count else { return [] }
        let others = report.readable.filter { gpu in
            GPUModel(product: gpu.name.word).map { !named.contains($0.name) } ?? false
        }
        guard let first = others.first else { return [] }
        return [
            Finding(
                .warn, code: "gpu.model",
                message:
                    "Slurm's GRES type is \(types.sorted().joined(separator: ", ")), \(others.count) of \(report.readable.count) GPUs are \(first.name.word ?? "")",
                remedy: GPURemedy.gres)
        ]
    }

    /// GPUs on the PCI bus that nvidia-smi does not list, on a node that has its full number of GPUs.
    ///
    /// When fewer GPUs answer than Slurm expects, the finding about the count names the missing ones.
    static let slots = GPUNodeRule { evidence, report in
        guard let missing = evidence.missingSlots(report.gpus), !missing.isEmpty,
            report.readable.count >= evidence.expectedTotal
        else { return [] }
        return [
            Finding(
                .warn, code: "gpu.unlisted",
                message:
                    "on the PCI bus and not listed by nvidia-smi: \(missing.sorted().map(\.description).joined(separator: ", "))",
                remedy: "read the kernel log for it, then reboot the node")
        ]
    }

    /// Compares the kernel's driver with the one that nvidia-smi reports.
    static let kernelDriver = GPUNodeRule { evidence, report in
        guard let kernel = evidence.kernelDriver, let driver = report.driverVersion,
            kernel != driver
        else { return [] }
        return [
            Finding(
                .fail, code: "gpu.driver_mismatch",
                message: "the kernel's driver is \(kernel), nvidia-smi reports \(driver)",
                remedy: "reboot the node: its driver was upgraded without one")
        ]
    }
}

extension GPUEvidence {
    /// The GPUs on the PCI bus that are not in the list and that Slurm does not hide; nil when that is not known.
    func missingSlots(_ gpus: [GPUReport]) -> [PCIAddress]? {
        guard let slots else { return nil }
        // Slurm may hide all unlisted GPUs, and it is not known which ones it hides.
        if denied == nil, mayBeConfined, gpus.count == requested { return nil }
        let known = Set(gpus.compactMap(\.pci)).union(denied ?? [])
        return slots.map(\.address).filter { !known.contains($0) }
    }
}
