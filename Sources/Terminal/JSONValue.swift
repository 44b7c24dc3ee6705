/// A JSON document: a field that does not apply is null and never left out, so that programs find every field.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// A string, or null.
    package init(_ text: String?) {
        self = text.map(JSONValue.string) ?? .null
    }

    /// A number, or null.
    package init(_ number: Int?) {
        self = number.map(JSONValue.int) ?? .null
    }
}

extension JSONValue: JSONWritable {
    /// Writes the value, keys sorted.
    package func write(to writer: inout JSONWriter) throws {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.value(value)
        case .int(let value): writer.value(value)
        case .double(let value): writer.value(value)
        case .string(let value): writer.value(value)
        case .array(let values):
            try writer.array { writer in
                for value in values { try writer.element { try value.write(to: &$0) } }
            }
        case .object(let values):
            try writer.object { writer in
                for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                    try writer.field(key) { try value.write(to: &$0) }
                }
            }
        }
    }
}
