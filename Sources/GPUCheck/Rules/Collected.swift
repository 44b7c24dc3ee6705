/// A part of a node's answer, or the reason why the part is missing.
package enum Collected<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The part's value.
    case value(Value)
    /// Nothing did, for this reason.
    case missing(String)
    /// The part was not requested.
    case notAsked

    /// The value; nil when it is missing.
    package var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }

    /// The reason why the value is missing, or nil.
    package var reason: String? {
        switch self {
        case .value: nil
        case .missing(let reason): reason
        case .notAsked: "not collected"
        }
    }
}
