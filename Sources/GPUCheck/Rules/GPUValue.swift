/// The text of one nvidia-smi field, sorted by what it says about the field.
package enum GPUValue: Hashable, Sendable {
    /// A word or a number, with its unit.
    case present(String)
    /// The GPU, the driver or the answer does not have the field; this is neither 0 nor a fault.
    case absent
    /// The caller may not read it.
    case notPermitted
    /// The driver lost the GPU.
    case lost
    /// The driver wants the GPU reset first.
    case needsReset
    /// The driver has the field but failed to read it; the text is the driver's own spelling.
    case error(String)

    /// Reads a field's text, in the spellings of drivers 375 to 610, with or without brackets.
    package init(_ text: String) {
        let trimmed = text.trimmed
        // Tried first because most values are numbers, and none of the words below begins like a number.
        if let first = trimmed.utf8.first, Self.isNumeric(first) {
            self = .present(trimmed)
            return
        }
        var words = trimmed
        if words.hasPrefix("["), words.hasSuffix("]") {
            words = String(words.dropFirst().dropLast())
        }
        switch words.lowercased() {
        case "", "n/a", "not supported", "function not found",
            "requested functionality has been deprecated":
            self = .absent
        case "insufficient permissions": self = .notPermitted
        case "gpu is lost": self = .lost
        case "gpu requires reset": self = .needsReset
        case "unknown error", "err!": self = .error(trimmed)
        default: self = .present(trimmed)
        }
    }

    /// The text of an element without children, or absent.
    init(_ element: XMLTree?) {
        self = element.map { GPUValue($0.text) } ?? .absent
    }

    /// The text of a present value.
    package var word: String? {
        if case .present(let text) = self { text } else { nil }
    }

    /// The first word of a present value, such as `610.57.04` in `610.57.04 [Deprecated; …]`.
    package var firstWord: String? {
        guard let first = word?.utf8.prefix(while: { !$0.isSpace }), !first.isEmpty else {
            return nil
        }
        return String(Substring(first))
    }

    /// The whole number a present value begins with, such as 34 of `34 C`.
    package var integer: Int? {
        number.flatMap(Self.whole)
    }

    /// The number at the beginning of a present value, such as 300 in `300.00 W`, in any unit.
    package var number: Double? {
        // Double also reads "nan", "inf" and "0x10", which are no measurements.
        guard let token = firstWord, token.utf8.allSatisfy(Self.isNumeric) else { return nil }
        return Double(token).flatMap { $0.isFinite ? $0 : nil }
    }

    /// An amount of memory in MiB, such as 23028 in `23028 MiB`; nil for an unknown unit.
    package var mebibytes: Int? {
        guard let word, let number else { return nil }
        let rest = word.utf8.drop { !$0.isSpace }.drop(while: \.isSpace).prefix { !$0.isSpace }
        let unit = rest.isEmpty ? "mib" : Substring(rest).lowercased()
        // Drivers write MiB (the oldest MB, meaning the same).
        let scale: Double? =
            switch unit {
            case "mib", "mb": 1
            case "gib", "gb": 1024
            case "kib", "kb": 1 / 1024
            default: nil
            }
        return scale.flatMap { Self.whole(number * $0) }
    }

    /// A present Yes or No, Active or Not Active, 1 or 0; nil for every other word.
    package var flag: Bool? {
        switch word?.lowercased() {
        case "yes", "active", "1", "true": true
        case "no", "not active", "0", "false": false
        default: nil
        }
    }

    // Drops the fraction; rounding would need the C mathematics library.
    private static func whole(_ number: Double) -> Int? {
        abs(number) < 1e15 ? Int(number) : nil
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"): true
        default: false
        }
    }
}
