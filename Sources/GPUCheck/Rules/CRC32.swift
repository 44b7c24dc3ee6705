/// The checksum of gzip's format.
enum CRC32 {
    // Eight tables, so that eight bytes are taken at a time.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            tables[byte] = (0..<8).reduce(UInt32(byte)) { value, _ in
                value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1
            }
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = tables[Int(before & 0xff)] ^ (before >> 8)
        }
        return tables
    }()

    /// The checksum of some bytes.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        let tables = tables
        var sum: UInt32 = 0xffff_ffff
        var offset = 0
        while offset + 8 <= bytes.count {
            var next = sum
            sum = 0
            for place in 0..<4 {
                let byte = UInt8(truncatingIfNeeded: next) ^ bytes[offset + place]
                sum ^= tables[(7 - place) * 256 + Int(byte)]
                sum ^= tables[(3 - place) * 256 + Int(bytes[offset + 4 + place])]
                next >>= 8
            }
            offset += 8
        }
        while offset < bytes.count {
            sum = tables[Int(UInt8(truncatingIfNeeded: sum) ^ bytes[offset])] ^ (sum >> 8)
            offset += 1
        }
        return ~sum
    }
}
