/// The action that the driver itself asks for to repair a GPU.
package struct GPURecovery: Hashable, Sendable {
    /// `None`, `Reset`, `Reboot`, `Drain P2P` or `Drain and Reset`; driver 570 on.
    package var action: GPUValue
    /// Whether a reset is required; drivers 535 to 565.
    package var resetRequired: GPUValue
    /// Whether the GPU should be drained and reset; drivers 535 to 565.
    package var drainAndReset: GPUValue

    /// Reads a `gpu` element.
    init(_ gpu: XMLTree) {
        action = GPUValue(gpu.first("gpu_recovery_action"))
        resetRequired = GPUValue(gpu.first("gpu_reset_status", "reset_required"))
        drainAndReset = GPUValue(gpu.first("gpu_reset_status", "drain_and_reset_recommended"))
    }

    /// The action in the words of driver 570 and later, for any driver; nil when the driver names none.
    package var actionText: String? {
        if let word = action.word { return word }
        if drainAndReset.flag == true { return "Drain and Reset" }
        return resetRequired.flag.map { $0 ? "Reset" : "None" }
    }
}
