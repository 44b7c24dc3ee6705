import Verdicts

extension GPUNodeRule {
    /// Compares the number of GPUs that nvidia-smi says it found with the number that it lists.
    static let attached = GPUNodeRule { _, report in
        let listed = report.gpus.count
        guard let attached = report.attached.integer else {
            return [
                Finding(
                    .unknown, code: "gpu.answer",
                    message: "the answer does not say how many GPUs are attached")
            ]
        }
        if listed == 0 {
            return [
                Finding(
                    .unknown, code: "gpu.answer",
                    message: "nvidia-smi lists no GPU (attached_gpus \(attached))")
            ]
        }
        guard attached != listed else { return [] }
        return [
            Finding(
                .unknown, code: "gpu.answer",
                message: "nvidia-smi found \(attached) GPUs and lists \(listed)",
                remedy: "check again; then look at the node's kernel log")
        ]
    }

    /// A whole answer names the driver.
    static let driver = GPUNodeRule { _, report in
        report.driverVersion != nil
            ? []
            : [
                Finding(
                    .unknown, code: "gpu.answer",
                    message: "the answer does not say the driver's version")
            ]
    }
}
