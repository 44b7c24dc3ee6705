/// The figures of a mounted file system.
struct MountSpace: Hashable, Sendable {
    var sizeBytes: Int
    var usedBytes: Int
    var availableBytes: Int
    var inodes: Int
    var freeInodes: Int

    /// Reads block size, blocks, free and available blocks, inodes and free inodes; further fields are ignored.
    init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6 || words.count == 7 else { return nil }
        let known = words.prefix(6).compactMap { Int($0) }
        // A Lustre file system without any reachable OST answers with 0 blocks, which is no size.
        guard known.count == 6, known.allSatisfy({ $0 >= 0 }), known[0] > 0, known[1] > 0 else {
            return nil
        }
        func bytes(_ blocks: Int) -> Int? {
            let (value, overflow) = blocks.multipliedReportingOverflow(by: known[0])
            return overflow ? nil : value
        }
        guard let size = bytes(known[1]), let used = bytes(max(0, known[1] - known[2])),
            let available = bytes(known[3])
        else { return nil }
        (sizeBytes, usedBytes, availableBytes) = (size, used, available)
        (inodes, freeInodes) = (known[4], known[5])
    }

    /// Used part of the space for ordinary users, in percent, rounded up as df(1) does; nil for a size of 0.
    var usePercent: Int? { Self.percent(used: usedBytes, available: availableBytes) }

    /// Used inodes in percent; nil for a file system without a fixed number of inodes.
    var inodesPercent: Int? {
        inodes > 0
            ? Self.percent(used: max(0, inodes - freeInodes), available: min(inodes, freeInodes))
            : nil
    }

    /// The used part of used plus available, in percent, rounded up.
    static func percent(used: Int, available: Int) -> Int? {
        let reachable = Double(used) + Double(available)
        guard reachable > 0 else { return nil }
        return Int((Double(used) * 100 / reachable).rounded(.up))
    }
}
