extension FactValue {
    /// The text of a string; nil for every other kind.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A whole number; nil for every other kind.
    package var integer: Int? {
        if case .int(let number) = self { number } else { nil }
    }

    /// The elements of a list; none for every other kind.
    package var elements: [FactValue] {
        if case .list(let elements) = self { elements } else { [] }
    }

    /// The fields of an object; none for every other kind.
    package var fields: [String: FactValue] {
        if case .object(let fields) = self { fields } else { [:] }
    }

    /// A number, also one that is written as a text such as `12.5`; nil for every other kind.
    package var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        case .string(let text): Self.measurement(text)
        case .null, .bool, .list, .object: nil
        }
    }

    /// A single value in words for people; nil for null, lists and objects.
    package var word: String? {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): "\(number)"
        case .bool(let flag): flag ? "yes" : "no"
        case .null, .list, .object: nil
        }
    }

    // Double also reads "nan", "inf" and "0x10", which are no measurements.
    private static func measurement(_ text: String) -> Double? {
        let digits = "0123456789.-+eE"
        guard text.contains(where: \.isNumber), text.allSatisfy(digits.contains) else { return nil }
        // Too large a number is no infinite one.
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
}
