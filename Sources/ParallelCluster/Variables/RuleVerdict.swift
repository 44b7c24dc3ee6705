/// The result of one check, in rising order of its weight for the overall result.
package enum RuleVerdict: String, Hashable, Sendable, Comparable, CaseIterable {
    /// Nothing is wrong.
    case ok
    /// It works, but should be looked at.
    case warn
    /// Not checked; must never count as ok.
    case unknown
    /// It does not work.
    case fail

    /// A worse verdict is higher.
    package static func < (left: RuleVerdict, right: RuleVerdict) -> Bool {
        rank(left) < rank(right)
    }

    private static func rank(_ verdict: RuleVerdict) -> Int {
        switch verdict {
        case .ok: 0
        case .warn: 1
        case .unknown: 2
        case .fail: 3
        }
    }
}
