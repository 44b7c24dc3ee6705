import Verdicts

extension GPURule {
    /// Whether a vGPU has its license: without it, the driver first slows work down and later refuses it.
    static let license = GPURule { gpu, _ in
        guard gpu.isPart, let status = gpu.license.word else { return [] }
        let text = status.lowercased()
        // `Licensed (Expiry: …)`; during the grace period `Unlicensed (Unrestricted)`.
        if text.hasPrefix("licensed") { return [] }
        let isGrace = text.hasPrefix("unlicensed (unrestricted")
        return [
            gpu.finding(
                isGrace ? .info : .warn, "gpu.vgpu_license", "the vGPU's license: \(status)",
                remedy: isGrace ? nil : "check nvidia-gridd on the node and its license server")
        ]
    }
}

extension GPUReport {
    /// Whether it is a part of a GPU that a hypervisor shares out (vGPU).
    var isPart: Bool { virtualization.word?.lowercased() == "vgpu" }
}
