/// A GPU's temperature in °C and the limits that its own firmware gives.
///
/// Up to Ampere the limits are temperatures. From Hopper and Ada on they are margins: how many degrees are left
/// (`gpu_temp_tlimit`), and at which margin (often negative) the hardware acts.
package struct GPUTemperature: Hashable, Sendable {
    /// The core, in °C.
    package var core: GPUValue
    /// The memory, in °C.
    package var memory: GPUValue
    /// The degrees left before the highest operating temperature.
    package var margin: GPUValue
    /// The core's highest operating temperature.
    package var highest: GPUValue
    /// The core temperature at which the hardware slows down.
    package var slowdown: GPUValue
    /// The memory's highest operating temperature.
    package var memoryHighest: GPUValue
    /// The margin at which the GPU leaves its rated range, usually 0.
    package var highestMargin: GPUValue
    /// The margin below which the hardware slows down, usually -2.
    package var slowdownMargin: GPUValue

    /// Reads a `gpu` element.
    init(_ gpu: XMLTree) {
        func field(_ name: String) -> GPUValue { GPUValue(gpu.first("temperature", name)) }
        core = field("gpu_temp")
        memory = field("memory_temp")
        margin = field("gpu_temp_tlimit")
        highest = field("gpu_temp_max_gpu_threshold")
        slowdown = field("gpu_temp_slow_threshold")
        memoryHighest = field("gpu_temp_max_mem_threshold")
        highestMargin = field("gpu_temp_max_gpu_tlimit_threshold")
        slowdownMargin = field("gpu_temp_slow_tlimit_threshold")
    }
}
