/// A prefix code of the deflate format (RFC 1951), to be looked up by the next bits.
struct HuffmanTable {
    /// The bits of the longest code.
    let width: Int
    /// By the next ``width`` bits: the symbol, shifted by 4, and the bits of its code; 0 where there is none.
    let entries: [UInt16]

    /// Makes the code from the lengths of the symbols' codes; nil for lengths that are no code.
    init?(_ lengths: ArraySlice<UInt8>) {
        var counts = [Int](repeating: 0, count: 16)
        for length in lengths { counts[Int(length)] += 1 }
        counts[0] = 0
        guard let width = counts.lastIndex(where: { $0 > 0 }) else {
            // No symbol at all: a block without distances.
            (self.width, entries) = (1, [0, 0])
            return
        }
        var next = [Int](repeating: 0, count: 17)
        var code = 0
        for length in 1...15 {
            code = (code + counts[length - 1]) << 1
            next[length] = code
            guard code + counts[length] <= 1 << length else { return nil }
        }
        var entries = [UInt16](repeating: 0, count: 1 << width)
        for (symbol, length) in lengths.enumerated() where length > 0 {
            let bits = Int(length)
            var place = Self.reversed(next[bits], bits)
            next[bits] += 1
            let entry = UInt16(symbol << 4 | bits)
            while place < entries.count {
                entries[place] = entry
                place += 1 << bits
            }
        }
        self.width = width
        self.entries = entries
    }

    private static func reversed(_ code: Int, _ bits: Int) -> Int {
        var (code, result) = (code, 0)
        for _ in 0..<bits {
            result = result << 1 | code & 1
            code >>= 1
        }
        return result
    }
}
