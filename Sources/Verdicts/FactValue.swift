/// A value a probe learned about a node, kept as data for programs.
package enum FactValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case list([FactValue])
    case object([String: FactValue])

    /// A string, or null.
    package init(_ text: String?) {
        self = text.map(FactValue.string) ?? .null
    }

    /// A number, or null.
    package init(_ number: Int?) {
        self = number.map(FactValue.int) ?? .null
    }
}
