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
        "mount.evicted": FindingLimit(
            unit: "hours", range: 1...8_760,
            meaning: "How long evictions and timeouts of a Lustre client count."),
        "mount.space": percent("Space in use that wants attention."),
        "mount.full": percent("Space in use that counts as full."),
        "mount.inodes": percent("Inodes in use that want attention."),
        "mount.inodes_full": percent("Inodes in use that count as full."),
        "mount.ost_space": percent("Space in use on one OST that wants attention."),
        "mount.ost_full": percent("Space in use on one OST that counts as full."),
        "mount.slow": FindingLimit(
            unit: "milliseconds", range: 10...3_600_000,
            meaning: "Below this no operation is slow, whatever the fleet's median."),
        FactLimits.temperature: FindingLimit(
            unit: "degrees", range: 0...100,
            meaning: "Degrees that must be left to the GPU's own limit, where it tells a margin."),
    ]

    private static func percent(_ meaning: String) -> FindingLimit {
        FindingLimit(unit: "percent", range: 1...100, meaning: meaning)
    }
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
