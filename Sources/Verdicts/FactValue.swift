/// A value that a probe learned about a node, kept as data for programs.
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

extension FactValue: Codable {
    /// Reads a value as JSON has it: a whole number is an integer.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .int(value)
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([FactValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: FactValue].self))
        }
    }

    /// Writes the bare value.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }
}
