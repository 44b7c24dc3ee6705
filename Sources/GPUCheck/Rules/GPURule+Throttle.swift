import Verdicts

extension GPURule {
    /// Whether the hardware slows the GPU down (heat, power supply), or the driver does because of heat.
    static let throttle = GPURule { gpu, _ in
        let throttle = gpu.throttle
        let reasons = [
            throttle.thermal.flag == true ? "thermal" : nil,
            throttle.powerBrake.flag == true ? "power brake" : nil,
        ].compactMap(\.self)
        let isHardware = throttle.hardware.flag == true || !reasons.isEmpty
        guard isHardware || throttle.softwareThermal.flag == true else { return [] }
        let detail = reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))"
        return [
            gpu.finding(
                .warn, "gpu.throttle",
                isHardware ? "HW slowdown active\(detail)" : "SW thermal slowdown active",
                remedy: isHardware ? GPURemedy.power : GPURemedy.cooling)
        ]
    }
}
