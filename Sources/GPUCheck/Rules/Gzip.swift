/// Unpacks gzip's format (RFC 1952), within a limit.
///
/// Not zlib: what a broken node sends is unpacked by memory-safe code, and fleet needs no further library to be
/// built and to run. A hundred lines are enough for reading.
enum Gzip {
    /// The unpacked bytes as far as they can be read, and whether that is all of them, undamaged.
    static func unpacked(_ bytes: [UInt8], limit: Int) -> (bytes: [UInt8], isWhole: Bool) {
        guard let start = headerEnd(bytes), bytes.count >= start + 8 else { return ([], false) }
        let trailer = bytes.count - 8
        let size = number(bytes, trailer + 4)
        var inflater = Inflater(
            bytes, from: start, size: min(Int(size), limit), limit: limit)
        let end = inflater.inflate()
        let output = inflater.output
        let isWhole =
            end == trailer && UInt32(truncatingIfNeeded: output.count) == size
            && CRC32.checksum(output) == number(bytes, trailer)
        return (output, isWhole)
    }

    /// Where the packed data begins; nil for what is not gzip's.
    private static func headerEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 10, bytes[0] == 0x1f, bytes[1] == 0x8b, bytes[2] == 8 else {
            return nil
        }
        let flags = bytes[3]
        var offset = 10
        if flags & 4 != 0 {
            guard bytes.count >= offset + 2 else { return nil }
            offset += 2 + Int(bytes[offset]) + Int(bytes[offset + 1]) << 8
        }
        // The file's name and a comment, each ended by a zero.
        for flag in [UInt8(8), 16] where flags & flag != 0 {
            guard offset < bytes.count, let end = bytes[offset...].firstIndex(of: 0) else {
                return nil
            }
            offset = end + 1
        }
        if flags & 2 != 0 { offset += 2 }
        return offset <= bytes.count ? offset : nil
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) }
    }
}
