import SlurmModel

/// What gpu-check.sh sent home: the parts it collected, each with its exit code.
struct GPUAnswer: Hashable, Sendable {
    /// One part.
    struct Part: Hashable, Sendable {
        /// How the command behind it ended; nil where it did not end by its deadline.
        var exit: ExitStatus?
        /// What it wrote.
        var bytes: [UInt8]
        /// Whether all of that came home.
        var isWhole: Bool

        /// The bytes as text; what is not UTF-8 in them is replaced.
        var text: String { String(decoding: bytes, as: UTF8.self) }

        /// Whether it came home whole, and its command ended well.
        var isGood: Bool { isWhole && exit == .exited(0) }
    }

    /// Whether the script was started at all.
    let isBegun: Bool
    /// Whether the answer has its end.
    let isWhole: Bool
    /// The parts, by name.
    let parts: [String: Part]

    private static let begin = Array("@fleet gpu-check 2\n".utf8)
    private static let end = Array("@fleet end\n".utf8)
    private static let mark = Array("@fleet part ".utf8)

    /// Reads the payload's standard output.
    init(_ bytes: [UInt8]) {
        isBegun = bytes.starts(with: Self.begin)
        var parts: [String: Part] = [:]
        var rest = isBegun ? bytes.dropFirst(Self.begin.count) : []
        while let (name, part) = Self.part(&rest) { parts[name] = part }
        isWhole = isBegun && rest.elementsEqual(Self.end)
        self.parts = parts
    }

    /// Takes the next part off; nil where none begins.
    private static func part(_ rest: inout ArraySlice<UInt8>) -> (String, Part)? {
        guard rest.starts(with: mark), let newline = rest.firstIndex(of: 10) else { return nil }
        let words = String(decoding: rest[(rest.startIndex + mark.count)..<newline], as: UTF8.self)
            .split(separator: " ")
        func value(_ key: String) -> Substring? {
            words.first { $0.hasPrefix(key + "=") }?.dropFirst(key.count + 1)
        }
        guard let name = words.first, let size = value("size").flatMap({ Int($0) }), size >= 0
        else { return nil }
        let content = rest[(newline + 1)...].prefix(size)
        let isThere = content.count == size
        // A line end follows every part.
        rest = rest[content.endIndex...].dropFirst()
        let exit = value("exit").flatMap { Int($0) }.map(ExitStatus.init(shellStatus:))
        guard value("encoding") == "gzip" else {
            return (String(name), Part(exit: exit, bytes: Array(content), isWhole: isThere))
        }
        let (bytes, isWhole) = Gzip.unpacked(Array(content), limit: largest)
        return (String(name), Part(exit: exit, bytes: bytes, isWhole: isThere && isWhole))
    }

    /// More than the XML reader reads, so that it says what is too large.
    private static let largest = 33 * 1_048_576
}
