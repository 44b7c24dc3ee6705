/// A limit of a rule that a site may set for itself.
package struct FindingLimit: Hashable, Sendable {
    /// What is counted or measured, such as `MiB`.
    package var unit: String
    /// The limits that make sense.
    package var range: ClosedRange<Double>
    /// What a value beyond it means, in a sentence.
    package var meaning: String

    /// The limits by the code of their rule.
    package static let all: [String: FindingLimit] = [
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
}

extension GPULimits {
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
    }
}
