/// Reads a text piece by piece from its beginning: it does the work of a regular expression, but without its cost for
/// each of thousands of lines.
struct TextCursor {
    /// The text that was not read yet, as bytes.
    private(set) var rest: Substring.UTF8View

    init(_ text: Substring) { rest = text.utf8 }

    /// The text that was not read yet.
    var text: Substring { Substring(rest) }

    /// Whether nothing is left.
    var isAtEnd: Bool { rest.isEmpty }

    /// Skips these bytes if the text continues with them.
    mutating func take(_ literal: String) -> Bool {
        guard rest.starts(with: literal.utf8) else { return false }
        rest = rest.dropFirst(literal.utf8.count)
        return true
    }

    /// Takes bytes of one kind, at least one; nil, without moving, when there is none.
    mutating func take(while isPart: (UInt8) -> Bool) -> Substring? {
        let part = rest.prefix(while: isPart)
        guard !part.isEmpty else { return nil }
        rest = rest[part.endIndex...]
        return Substring(part)
    }

    /// Skips spaces.
    mutating func skipSpaces() { rest = rest.drop { $0 == 0x20 } }

    /// Takes a whole number.
    mutating func number() -> Int? {
        var copy = self
        guard let digits = copy.take(while: \.isDigit), let number = Int(digits) else { return nil }
        self = copy
        return number
    }

    /// Takes everything up to a byte, and skips that byte; nil, without moving, when the byte does not occur.
    mutating func take(through end: Character) -> Substring? {
        guard let byte = end.asciiValue, let found = rest.firstIndex(of: byte) else { return nil }
        let part = Substring(rest[..<found])
        rest = rest[rest.index(after: found)...]
        return part
    }
}

extension UInt8 {
    /// Whether it is a decimal digit.
    var isDigit: Bool { (0x30...0x39).contains(self) }

    /// Whether it is an ASCII letter.
    var isLetter: Bool { isSmallLetter || (0x41...0x5a).contains(self) }

    /// Whether it is a lower-case ASCII letter.
    var isSmallLetter: Bool { (0x61...0x7a).contains(self) }

    /// Whether it is a hexadecimal digit.
    var isHexDigit: Bool {
        isDigit || (0x61...0x66).contains(self) || (0x41...0x46).contains(self)
    }
}
