/// What a key press asks of a watch.
package enum WatchKey: Hashable, Sendable {
    case quit, suspend, repaint
    /// So many lines down; negative is up.
    case lines(Int)
    /// So many screens down; negative is up.
    case screens(Int)
    case top, bottom

    /// Reads what a terminal sends; what stands for nothing here is left out.
    ///
    /// - Parameter bytes: What one read gave: terminals send the bytes of a key together.
    /// - Returns: The keys, in order.
    package static func read(_ bytes: [UInt8]) -> [WatchKey] {
        var keys: [WatchKey] = []
        var rest = bytes[...]
        while let first = rest.first {
            if let sequence = sequences.first(where: { rest.starts(with: $0.bytes) }) {
                keys.append(sequence.key)
                rest = rest.dropFirst(sequence.bytes.count)
                continue
            }
            rest = rest.dropFirst()
            if first == 0x1b {
                // The rest of a key that is not known must not be read as letters.
                if rest.first == UInt8(ascii: "[") || rest.first == UInt8(ascii: "O") {
                    rest = rest.dropFirst().drop { !(0x40...0x7e).contains($0) }.dropFirst()
                }
                continue
            }
            if let key = letters[first] { keys.append(key) }
        }
        return keys
    }

    private static let sequences: [(bytes: [UInt8], key: WatchKey)] = {
        let names: [(String, WatchKey)] = [
            ("[A", .lines(-1)), ("OA", .lines(-1)), ("[B", .lines(1)), ("OB", .lines(1)),
            ("[5~", .screens(-1)), ("[6~", .screens(1)), ("[H", .top), ("OH", .top),
            ("[1~", .top), ("[F", .bottom), ("OF", .bottom), ("[4~", .bottom),
        ]
        return names.map { (bytes: [0x1b] + Array($0.0.utf8), key: $0.1) }
    }()

    private static let letters: [UInt8: WatchKey] = [
        UInt8(ascii: "q"): .quit, UInt8(ascii: "Q"): .quit, 0x1a: .suspend, 0x0c: .repaint,
        UInt8(ascii: "k"): .lines(-1), UInt8(ascii: "j"): .lines(1), UInt8(ascii: "\n"): .lines(1),
        UInt8(ascii: "b"): .screens(-1), UInt8(ascii: " "): .screens(1), UInt8(ascii: "g"): .top,
        UInt8(ascii: "G"): .bottom,
    ]
}
