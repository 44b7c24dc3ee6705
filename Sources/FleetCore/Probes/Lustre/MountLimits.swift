/// The limits of the mount rules; a site may set its own.
package struct MountLimits: Codable, Hashable, Sendable {
    /// Hours that evictions and timeouts count.
    package var eventHours = 24
    /// Used percent from which a file system wants attention: other checkers warn at 80 and 85.
    package var spacePercent = 90
    /// Used percent from which a file system counts as full.
    package var fullPercent = 98
    /// Used percent of inodes that wants attention.
    package var inodesPercent = 90
    /// Used percent of inodes that counts as full.
    package var inodesFullPercent = 98
    /// Used percent from which a single OST wants attention.
    package var ostPercent = 90
    /// Used percent from which a single OST counts as full: files that have their objects there get ENOSPC.
    package var ostFullPercent = 98
    /// Milliseconds below which no operation is called slow, whatever the others take; the node's clock has steps of 10.
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
