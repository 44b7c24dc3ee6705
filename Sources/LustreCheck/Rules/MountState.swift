package import Verdicts

/// The state of a mount; the order is from good to bad.
package enum MountState: String, CaseIterable, Comparable, Codable, Hashable, Sendable {
    /// Mounted, the right one, and it answers.
    case ok
    /// Not known.
    case unknown
    /// Answers, and part of it does not work.
    case degraded
    /// Nothing is mounted.
    case notMounted = "not-mounted"
    /// Something else is mounted.
    case wrongSource = "wrong-source"
    /// Mounted, and every access fails.
    case stale
    /// Mounted, and accesses do not come back.
    case hung

    package static func < (left: MountState, right: MountState) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The state of the mount by one finding.
    init(_ finding: Finding) {
        let worst = MountFindingCatalogue.kind(of: finding.code)?.state ?? .ok
        self =
            switch finding.severity {
            case .info: .ok
            case .warn: worst == .ok ? .ok : .degraded
            case .unknown: .unknown
            case .fail: worst == .ok ? .degraded : worst
            }
    }

    /// The state by all findings together; ok without any.
    package init(of findings: some Sequence<Finding>) {
        self = findings.map(MountState.init).max() ?? .ok
    }
}
