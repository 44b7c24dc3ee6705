extension GPURule {
    /// The hardware slows the GPU down: heat, or the power supply.
    static let throttle = GPURule { gpu in
        let throttle = gpu.throttle
        let reasons = [
            throttle.thermal.flag == true ? "thermal" : nil,
            throttle.powerBrake.flag == true ? "power brake" : nil,
        ].compactMap(\.self)
        guard throttle.hardware.flag == true || !reasons.isEmpty else { return [] }
        let detail = reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))"
        return [
            gpu.finding(
                .warn, "gpu.throttle", "HW slowdown active\(detail)", remedy: GPURemedy.power)
        ]
    }
}
