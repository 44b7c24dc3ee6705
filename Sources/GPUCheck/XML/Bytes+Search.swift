extension Array where Element == UInt8 {
    /// Whether the bytes at an offset are this text.
    func hasText(_ text: String, at offset: Int) -> Bool {
        var offset = offset
        for byte in text.utf8 {
            guard indices.contains(offset), self[offset] == byte else { return false }
            offset += 1
        }
        return true
    }

    /// The offset of a text's first occurrence at or after an offset, or nil.
    func firstOffset(of text: String, from start: Int = 0) -> Int? {
        guard let first = text.utf8.first else { return nil }
        var offset = start
        while let found = self[Swift.min(offset, count)...].firstIndex(of: first) {
            if hasText(text, at: found) { return found }
            offset = found + 1
        }
        return nil
    }

    /// The offset of a text's last occurrence, or nil.
    func lastOffset(of text: String) -> Int? {
        guard let first = text.utf8.first else { return nil }
        var end = count
        while let found = self[..<end].lastIndex(of: first) {
            if hasText(text, at: found) { return found }
            end = found
        }
        return nil
    }
}

extension StringProtocol {
    /// The text without spaces, tabs and line ends at both ends.
    var trimmed: String {
        let text = Substring(self)
        guard let first = text.utf8.firstIndex(where: { !$0.isSpace }),
            let last = text.utf8.lastIndex(where: { !$0.isSpace })
        else { return "" }
        return String(text[first..<text.utf8.index(after: last)])
    }
}

extension UInt8 {
    /// Whether it is one of XML's white space characters.
    var isSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0a || self == 0x0d }
}
