/// What a node said of its Lustre mount, as `KEY=VALUE` lines.
struct MountAnswer: Hashable, Sendable {
    /// One step of mount-lustre.
    struct Step: Hashable, Sendable {
        var name: String
        var succeeded: Bool
        var message: String
    }

    /// The figures of a mounted file system.
    struct Space: Hashable, Sendable {
        var sizeBytes: Int
        var usedBytes: Int
        var availableBytes: Int
        var inodes: Int
        var freeInodes: Int

        /// Used of what ordinary users can have, in percent, rounded up as df(1) does; nil for a size of 0.
        var usePercent: Int? {
            let reachable = Double(usedBytes) + Double(availableBytes)
            guard reachable > 0 else { return nil }
            return Int((Double(usedBytes) * 100 / reachable).rounded(.up))
        }
    }

    private var values: [String: String] = [:]
    private(set) var steps: [Step] = []

    /// Reads the lines; those that do not fit are left out.
    init(_ bytes: [UInt8]) {
        // Bytes, not characters: to Swift a carriage return before the newline makes one character of both.
        for bytes in bytes.split(separator: UInt8(ascii: "\n")) {
            let line = String(decoding: bytes, as: UTF8.self)
            guard let equals = line.firstIndex(of: "=") else { continue }
            let key = String(line[..<equals])
            let value = String(line[line.index(after: equals)...])
            if key == "step" {
                steps += Self.step(value).map { [$0] } ?? []
            } else {
                values[key] = value
            }
        }
    }

    /// Whether the node said all it had to say.
    var isComplete: Bool { values["end"] == "1" }

    /// A value; nil where it is missing or empty.
    subscript(key: String) -> String? {
        values[key].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The figures; nil where they are missing or cannot be read.
    var space: Space? {
        guard let numbers = self["statfs"]?.split(separator: " ").map({ Int($0) }),
            numbers.count == 6
        else { return nil }
        let known = numbers.compactMap { $0 }
        // A Lustre whose OSTs are all gone answers with 0 blocks: that is no size.
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
        return Space(
            sizeBytes: size, usedBytes: used, availableBytes: available, inodes: known[4],
            freeInodes: known[5])
    }

    private static func step(_ text: String) -> Step? {
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[1] == "done" || words[1] == "failed" else { return nil }
        return Step(
            name: String(words[0]), succeeded: words[1] == "done",
            message: words.count > 2 ? String(words[2]) : "")
    }
}
