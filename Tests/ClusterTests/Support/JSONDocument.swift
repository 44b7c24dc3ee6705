/// A JSON document of fleet's, read as it is: tests that compare every field must see the ones they do not know.
enum JSONDocument: Decodable, Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONDocument])
    case object([String: JSONDocument])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let array = try? value.decode([JSONDocument].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: JSONDocument].self))
        }
    }

    /// A field of an object, by its path: `state.complete`.
    ///
    /// Null for one that is not there.
    subscript(_ path: String) -> JSONDocument {
        path.split(separator: ".").reduce(self) { document, key in
            guard case .object(let fields) = document else { return .null }
            return fields[String(key)] ?? .null
        }
    }

    var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    var integer: Int? {
        if case .number(let value) = self { Int(value) } else { nil }
    }

    var double: Double? {
        if case .number(let value) = self { value } else { nil }
    }

    var elements: [JSONDocument] {
        if case .array(let values) = self { values } else { [] }
    }
}
