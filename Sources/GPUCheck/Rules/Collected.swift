/// A part of a node's answer, or the reason why the part is missing.
package enum Collected<Value: Hashable & Sendable>: Hashable, Sendable {
    /// What came home.
    case value(Value)
    /// Nothing did, for this reason.
    case missing(String)
    /// Nobody asked for it.
    case notAsked

    /// What came home, or nil.
    package var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }

    /// Why nothing came home, or nil.
    package var reason: String? {
        switch self {
        case .value: nil
        case .missing(let reason): reason
        case .notAsked: "not collected"
        }
    }
}
