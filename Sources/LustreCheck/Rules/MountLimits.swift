package import Verdicts

/// The limits of the mount rules; a site may set its own.
package struct MountLimits: Codable, Hashable, Sendable {
    /// Hours that evictions and timeouts count.
    package var eventHours = 24
    /// Used percent above which a file system needs attention: other checkers warn at 80 and 85.
    package var spacePercent = 90
    /// Used percent from which a file system counts as full.
    package var fullPercent = 98
    /// Used percent of inodes that wants attention.
    package var inodesPercent = 90
    /// Used percent of inodes that counts as full.
    package var inodesFullPercent = 98
    /// Used percent above which a single OST needs attention.
    package var ostPercent = 90
    /// Used percent above which a single OST counts as full: writing to files with objects on it fails with ENOSPC.
    package var ostFullPercent = 98
    /// Milliseconds below which no operation counts as slow, however fast other nodes are; the node's clock has steps
    /// of 10.
    package var slowMilliseconds = 500

    /// How many times the fleet's median is slow.
    static let slowFactor = 10

    /// Makes the default limits.
    package init() {}

    /// The limits with those that a policy sets.
    package init(_ policy: FindingPolicy) {
        for (code, path) in Self.paths {
            if let limit = policy.limits[code] { self[keyPath: path] = Int(limit) }
        }
    }

    /// The limits by the code of their rule.
    private static var paths: [(code: String, path: WritableKeyPath<MountLimits, Int>)] {
        [
            ("mount.evicted", \.eventHours), ("mount.space", \.spacePercent),
            ("mount.full", \.fullPercent), ("mount.inodes", \.inodesPercent),
            ("mount.inodes_full", \.inodesFullPercent), ("mount.ost_space", \.ostPercent),
            ("mount.ost_full", \.ostFullPercent), ("mount.slow", \.slowMilliseconds),
        ]
    }
}

extension MountLimits {
    /// The limits that a site may set, by the code of their rule.
    package static let settable: [String: FindingLimit] = [
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
    ]

    private static func percent(_ meaning: String) -> FindingLimit {
        FindingLimit(unit: "percent", range: 1...100, meaning: meaning)
    }
}
