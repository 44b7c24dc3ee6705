/// Reads the deflate format (RFC 1951).
struct Inflater {
    private let input: [UInt8]
    private let limit: Int
    private var offset: Int
    /// Bits taken from the input and not used yet, lowest first.
    private var bits: UInt64 = 0
    private var bitCount = 0
    private var buffer: [UInt8]
    private var length = 0

    /// Begins at an offset of the input; the size is how much is expected, the limit the most that is made.
    init(_ input: [UInt8], from offset: Int, size: Int, limit: Int) {
        self.input = input
        self.offset = offset
        self.limit = limit
        // A size that is a lie must not cost more than what can be made of the input: 1032 bytes of one.
        let most = (input.count - offset).multipliedReportingOverflow(by: 1032).partialValue
        buffer = [UInt8](repeating: 0, count: max(0, min(size, most, limit)))
    }

    /// What was made so far.
    var output: [UInt8] { length == buffer.count ? buffer : Array(buffer[..<length]) }

    /// Reads all blocks; the offset behind them, or nil where the input breaks off or makes no sense.
    mutating func inflate() -> Int? {
        while true {
            guard let isLast = take(1), let kind = take(2) else { return nil }
            let isGood =
                switch kind {
                case 0: stored()
                case 1: Self.fixed.map { block($0.literals, $0.distances) } ?? false
                case 2: dynamic()
                default: false
                }
            guard isGood else { return nil }
            // Whole bytes that were taken and not used are the trailer's.
            if isLast == 1 { return offset - bitCount / 8 }
        }
    }

    // MARK: Bits

    private mutating func fill() {
        while bitCount <= 56, offset < input.count {
            bits |= UInt64(input[offset]) << UInt64(bitCount)
            bitCount += 8
            offset += 1
        }
    }

    private mutating func take(_ count: Int) -> Int? {
        if bitCount < count { fill() }
        guard bitCount >= count else { return nil }
        let value = Int(bits & (1 << UInt64(count) - 1))
        bits >>= UInt64(count)
        bitCount -= count
        return value
    }

    /// The next symbol of a code; nil at the input's end and for bits that are none.
    @inline(__always)
    private mutating func symbol(_ table: HuffmanTable) -> Int? {
        if bitCount < 15 { fill() }
        let entry = Int(table.entries[Int(bits & (1 << UInt64(table.width) - 1))])
        let used = entry & 15
        guard used > 0, used <= bitCount else { return nil }
        bits >>= UInt64(used)
        bitCount -= used
        return entry >> 4
    }

    // MARK: Blocks

    private mutating func stored() -> Bool {
        let rest = bitCount % 8
        guard take(rest) != nil, let size = take(16), let complement = take(16),
            size ^ complement == 0xffff
        else { return false }
        for _ in 0..<size {
            guard let byte = take(8), add(UInt8(byte)) else { return false }
        }
        return true
    }

    private static let fixed: (literals: HuffmanTable, distances: HuffmanTable)? = {
        let lengths =
            [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112)
            + [UInt8](repeating: 7, count: 24) + [UInt8](repeating: 8, count: 8)
        guard let literals = HuffmanTable(lengths[...]),
            let distances = HuffmanTable([UInt8](repeating: 5, count: 30)[...])
        else { return nil }
        return (literals, distances)
    }()

    private mutating func dynamic() -> Bool {
        guard let literalCount = take(5), let distanceCount = take(5), let codeCount = take(4)
        else { return false }
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        var codeLengths = [UInt8](repeating: 0, count: 19)
        for place in order.prefix(codeCount + 4) {
            guard let length = take(3) else { return false }
            codeLengths[place] = UInt8(length)
        }
        guard let code = HuffmanTable(codeLengths[...]) else { return false }
        let literals = literalCount + 257
        let total = literals + distanceCount + 1
        var lengths: [UInt8] = []
        while lengths.count < total {
            guard let symbol = symbol(code) else { return false }
            switch symbol {
            case 0...15: lengths.append(UInt8(symbol))
            case 16:
                guard let last = lengths.last, let more = take(2) else { return false }
                lengths += [UInt8](repeating: last, count: 3 + more)
            case 17, 18:
                guard let more = take(symbol == 17 ? 3 : 7) else { return false }
                lengths += [UInt8](repeating: 0, count: (symbol == 17 ? 3 : 11) + more)
            default: return false
            }
        }
        guard lengths.count == total, let first = HuffmanTable(lengths[..<literals]),
            let second = HuffmanTable(lengths[literals...])
        else { return false }
        return block(first, second)
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115,
        131, 163, 195, 227, 258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
        2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
    ]

    private mutating func block(_ literals: HuffmanTable, _ distances: HuffmanTable) -> Bool {
        let (lengthBases, lengthBits) = (Self.lengthBases, Self.lengthBits)
        let distanceBases = Self.distanceBases
        while let symbol = symbol(literals) {
            if symbol < 256 {
                guard add(UInt8(symbol)) else { return false }
                continue
            }
            if symbol == 256 { return true }
            guard symbol - 257 < lengthBases.count,
                let more = take(lengthBits[symbol - 257]),
                let place = self.symbol(distances), place < distanceBases.count,
                let further = take(max(0, place / 2 - 1))
            else { return false }
            guard copy(lengthBases[symbol - 257] + more, from: distanceBases[place] + further)
            else { return false }
        }
        return false
    }

    // MARK: Output

    private mutating func add(_ byte: UInt8) -> Bool {
        guard makeRoom(1) else { return false }
        buffer[length] = byte
        length += 1
        return true
    }

    private mutating func copy(_ count: Int, from distance: Int) -> Bool {
        guard distance <= length, makeRoom(count) else { return false }
        // Byte by byte: what is copied may be what this copy makes.
        for place in length..<(length + count) { buffer[place] = buffer[place - distance] }
        length += count
        return true
    }

    private mutating func makeRoom(_ count: Int) -> Bool {
        guard length + count > buffer.count else { return true }
        guard length + count <= limit else { return false }
        let more = min(max(buffer.count, 4096), limit - buffer.count)
        buffer += [UInt8](repeating: 0, count: more)
        return length + count <= buffer.count || makeRoom(count)
    }
}
