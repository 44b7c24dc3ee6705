import Verdicts

extension GPURule {
    /// The driver's own verdict: the action it asks for.
    static let recovery = GPURule { gpu, _ in
        guard let action = gpu.recovery.actionText else { return [] }
        let message = "the driver asks for recovery action \"\(action)\""
        switch action.lowercased() {
        case "none": return []
        case "reset", "gpu reset":
            return [gpu.finding(.fail, "gpu.recovery", message, remedy: GPURemedy.reset)]
        case "reboot", "node reboot":
            return [gpu.finding(.fail, "gpu.recovery", message, remedy: "reboot the node")]
        case "drain and reset":
            return [gpu.finding(.fail, "gpu.recovery", message, remedy: GPURemedy.drainAndReset)]
        case "drain p2p":
            return [
                gpu.finding(
                    .warn, "gpu.recovery", message,
                    remedy: "let peer-to-peer work on it end, then reset the GPU")
            ]
        default:
            return [
                gpu.finding(
                    .unknown, "gpu.recovery", message + ", which is not known here",
                    remedy: "look it up in NVIDIA's documentation of the driver")
            ]
        }
    }
}
