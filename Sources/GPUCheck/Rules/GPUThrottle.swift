/// What slows a GPU's clocks down right now: the hardware, or heat.
///
/// The software's other reasons (idle, power cap, application clocks) are normal and not read.
package struct GPUThrottle: Hashable, Sendable {
    /// Any reason of the hardware.
    package var hardware: GPUValue
    /// Too hot.
    package var thermal: GPUValue
    /// The power supply asks for less (power brake).
    package var powerBrake: GPUValue
    /// Too hot by the driver's limit: it slows the GPU down before the hardware has to.
    package var softwareThermal: GPUValue

    /// Reads a `gpu` element, with the names before and after driver 535.
    init(_ gpu: XMLTree) {
        func reason(_ name: String) -> GPUValue {
            GPUValue(
                gpu.first("clocks_event_reasons", "clocks_event_reason_\(name)")
                    ?? gpu.first("clocks_throttle_reasons", "clocks_throttle_reason_\(name)"))
        }
        hardware = reason("hw_slowdown")
        thermal = reason("hw_thermal_slowdown")
        powerBrake = reason("hw_power_brake_slowdown")
        softwareThermal = reason("sw_thermal_slowdown")
    }
}
