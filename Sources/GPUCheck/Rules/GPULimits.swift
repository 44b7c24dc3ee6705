package import Verdicts

/// Limits set by fleet or NVIDIA, and not by the GPU itself; a site may change them.
package struct GPULimits: Codable, Hashable, Sendable {
    /// For how many hours an event in the kernel log counts; events before the last boot never count.
    package var eventHours = 24
    /// MiB in use on a GPU that Slurm says is free: a context takes 300, a driver without clients below 15.
    package var leakedMiB = 64
    /// Rows replaced for uncorrectable errors: 512 is the most NVIDIA allows for, and DCGM's limit.
    package var remappedRows = 512
    /// Retired pages that NVIDIA replaces a GPU for.
    package var retiredPages = 60
    /// Pages retired for double bit errors; above this DCGM watches the GPU.
    package var retiredDoubleBit = 15
    /// Seconds after boot that joining the fabric may take.
    package var fabricSeconds = 900
    /// How many degrees below its own limit a GPU must stay; nil when only that limit counts.
    package var temperatureMargin: Double?

    /// Makes the default limits.
    package init() {}
}

extension GPULimits {
    /// The limits that a site may set, by the code of their rule.
    package static let settable: [String: FindingLimit] = [
        "gpu.xid": FindingLimit(
            unit: "hours", range: 1...8_760,
            meaning: "How long events of the kernel log count, SXid and driver faults too."),
        "gpu.leaked_memory": FindingLimit(
            unit: "MiB", range: 1...1_000_000, meaning: "Memory in use on a GPU that is free."),
        "gpu.remap_limit": FindingLimit(
            unit: "rows", range: 1...512,
            meaning: "Rows of memory replaced for uncorrectable errors."),
        "gpu.retired_pages": FindingLimit(
            unit: "pages", range: 1...64, meaning: "Retired pages of memory, before Ampere."),
        "gpu.fabric": FindingLimit(
            unit: "seconds", range: 1...86_400,
            meaning: "How long after boot joining the NVLink fabric may take."),
        FactLimits.temperature: FindingLimit(
            unit: "degrees", range: 0...100,
            meaning: "Degrees that must be left to the GPU's own limit, where it tells a margin."),
    ]

    /// The limits with those that a policy sets.
    package init(_ policy: FindingPolicy) {
        self.init()
        func set(_ code: String, _ path: WritableKeyPath<GPULimits, Int>) {
            if let limit = policy.limits[code] { self[keyPath: path] = Int(limit) }
        }
        set("gpu.xid", \.eventHours)
        set("gpu.leaked_memory", \.leakedMiB)
        set("gpu.remap_limit", \.remappedRows)
        set("gpu.retired_pages", \.retiredPages)
        set("gpu.fabric", \.fabricSeconds)
        temperatureMargin = policy.limits[FactLimits.temperature]
    }
}
