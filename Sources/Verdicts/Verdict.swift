/// What fleet concludes about one node; the order is from good to bad.
package enum Verdict: String, CaseIterable, Codable, Comparable, Hashable, Sendable {
    case ok
    case warn
    case unknown
    case fail

    /// The verdict of the worst finding; `ok` without findings above info.
    package init(of findings: some Sequence<Finding>) {
        switch findings.map(\.severity).max() {
        case nil, .info: self = .ok
        case .warn: self = .warn
        case .unknown: self = .unknown
        case .fail: self = .fail
        }
    }

    package static func < (left: Verdict, right: Verdict) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .ok: 0
        case .warn: 1
        case .unknown: 2
        case .fail: 3
        }
    }
}
