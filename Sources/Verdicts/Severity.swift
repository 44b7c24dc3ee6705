/// How much one finding weighs; the order is the order of weight.
package enum Severity: String, CaseIterable, Comparable, Codable, Hashable, Sendable {
    /// Worth knowing; nothing is wrong.
    case info
    /// Works, and wants attention.
    case warn
    /// Could not be checked: neither good nor bad is known.
    case unknown
    /// Broken.
    case fail

    package static func < (left: Severity, right: Severity) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warn: 1
        case .unknown: 2
        case .fail: 3
        }
    }
}
