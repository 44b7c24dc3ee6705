extension GRES {
    /// Reads the note in parentheses after the count: `S:0-1`, `IDX:0,2-3`, `-/5,5/5`.
    ///
    /// A part of unknown form is skipped; if one device number cannot be read, all of them are unknown. A part begins
    /// with letters, and a number or a range without letters belongs to the part before it, because both may contain
    /// commas.
    mutating func note(_ text: Substring) {
        var part = Substring("S")
        var sockets: [Substring] = []
        var devices: [Int]?
        var isReadable = true
        for word in text.split(separator: ",") {
            var value = word
            if let colon = word.firstIndex(of: ":") {
                part = word[..<colon]
                value = word[word.index(after: colon)...]
            }
            if let share = Self.share(value) {
                shares = (shares ?? []) + [share]
            } else if part == "IDX" {
                // No node has that many devices, and a huge range must not fill the memory.
                if let range = Self.range(value), range.upperBound < 65_536 {
                    devices = (devices ?? []) + range
                } else if value == "N/A" {
                    devices = devices ?? []
                } else {
                    isReadable = false
                }
            } else if part == "S", Self.range(value) != nil {
                sockets.append(value)
            }
        }
        indexes = isReadable ? devices : nil
        if !sockets.isEmpty { self.sockets = sockets.joined(separator: ",") }
    }

    private static func share(_ text: Substring) -> GRESShare? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let total = number(parts[1]) else { return nil }
        if parts[0] == "-" { return GRESShare(used: nil, total: total) }
        return number(parts[0]).map { GRESShare(used: $0, total: total) }
    }

    private static func range(_ text: Substring) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(number)
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
            first <= last
        else { return nil }
        return first...last
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
    }
}
