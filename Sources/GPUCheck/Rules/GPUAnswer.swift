import SlurmModel

/// The output of gpu-check.sh: the parts that it collected, each with its exit code.
struct GPUAnswer: Hashable, Sendable {
    /// One part.
    struct Part: Hashable, Sendable {
        /// How the part's command ended; nil when it did not end before its deadline.
        var exit: ExitStatus?
        /// Its output.
        var bytes: [UInt8]
        /// Whether the output is complete.
        var isWhole: Bool

        /// The bytes as text; bytes that are not UTF-8 are replaced.
        var text: String { String(decoding: bytes, as: UTF8.self) }

        /// Whether the part arrived whole, and its command succeeded.
        var isGood: Bool { isWhole && exit == .exited(0) }
    }

    /// Whether the script was started at all.
    let isBegun: Bool
    /// Whether the answer is complete.
    let isWhole: Bool
    /// The parts by name; when a name occurs twice, the first one.
    let parts: [String: Part]
    /// The part of the answer that was not read, and so is not judged; nil when everything was read.
    let leftOut: String?

    /// The most bytes of all parts together, unpacked; a part that exceeds the limit is cut.
    ///
    /// There is one limit for a whole answer, because gzip can turn one byte into a thousand, and a run reads a
    /// thousand answers. 8 GPUs send 0.1 MB, or 0.4 MB with every supported clock; with the processes and MIG devices
    /// of a full node 1 MB at most.
    static let budget = 4 * 1_048_576

    /// The parts that gpu-check.sh sends.
    static let names: Set<String> = [
        "collector", "devices", "driver", "fabric_manager", "host", "kernel", "nvlink", "others",
        "pci", "smi", "smi_errors",
    ]

    private static let begin = Array("@fleet gpu-check 2\n".utf8)
    private static let end = Array("@fleet end".utf8)

    /// Reads the payload's standard output.
    init(_ bytes: [UInt8]) {
        isBegun = bytes.starts(with: Self.begin)
        var rest = isBegun ? bytes.dropFirst(Self.begin.count) : []
        let count: Int
        (parts, count, leftOut) = Self.parts(&rest)
        isWhole = isBegun && Self.isEnd(rest, parts: count)
    }

    /// Whether this is the last line, and its number of parts is right, so that a missing part is noticed.
    private static func isEnd(_ rest: ArraySlice<UInt8>, parts: Int) -> Bool {
        guard rest.starts(with: end), rest.last == 10 else { return false }
        let count = rest.dropFirst(end.count).dropLast()
        return count.isEmpty || count.elementsEqual(" \(parts)".utf8)
    }

    /// Reads all parts.
    private static func parts(
        _ rest: inout ArraySlice<UInt8>
    ) -> (parts: [String: Part], count: Int, leftOut: String?) {
        var parts: [String: Part] = [:]
        var leftOut: [String] = []
        var left = budget
        var count = 0
        // Reads more parts than there are names, to skip unknown ones, but not a million of them, which would be an
        // attack.
        while count < 2 * names.count, let head = Head(&rest) {
            count += 1
            let content = rest.prefix(head.size)
            // A line end follows every part.
            rest = rest[content.endIndex...].dropFirst()
            if !names.contains(head.name) {
                let name = head.name.prefix(40)
                leftOut.append("its part \(name) was left out, which gpu-check does not send")
            } else if parts[head.name] != nil {
                leftOut.append("its second part \(head.name) was left out")
            } else {
                let part = Part(head, content, limit: left)
                if part.bytes.count == left, !part.isWhole {
                    let most = budget / 1_048_576
                    leftOut.append(
                        "what is beyond \(most) MiB was left out, from its part \(head.name) on")
                }
                left -= part.bytes.count
                parts[head.name] = part
            }
        }
        return (parts, count, leftOut.first)
    }

    /// The line that begins a part.
    fileprivate struct Head {
        let name: String
        /// The part's size in bytes, as its head line says.
        let size: Int
        let exit: ExitStatus?
        let isPacked: Bool

        private static let mark = Array("@fleet part ".utf8)
        /// The most bytes of the line; the script itself writes less than 80.
        private static let longest = 256

        /// Reads the line and moves past it; nil, without moving, when there is no such line.
        init?(_ rest: inout ArraySlice<UInt8>) {
            guard rest.starts(with: Self.mark),
                let newline = rest.prefix(Self.longest).firstIndex(of: 10)
            else { return nil }
            let words = String(
                decoding: rest[(rest.startIndex + Self.mark.count)..<newline], as: UTF8.self
            ).split(separator: " ")
            func value(_ key: String) -> Substring? {
                words.first { $0.hasPrefix(key + "=") }?.dropFirst(key.count + 1)
            }
            guard let name = words.first, let size = value("size").flatMap({ Int($0) }), size >= 0
            else { return nil }
            self.name = String(name)
            self.size = size
            exit = value("exit").flatMap { Int($0) }.map(ExitStatus.init(shellStatus:))
            isPacked = value("encoding") == "gzip"
            rest = rest[(newline + 1)...]
        }
    }
}

extension GPUAnswer.Part {
    /// Reads the contents of a part, unpacked, within a limit.
    fileprivate init(_ head: GPUAnswer.Head, _ content: ArraySlice<UInt8>, limit: Int) {
        exit = head.exit
        let isThere = content.count == head.size
        if head.isPacked {
            let (unpacked, isGood) = Gzip.unpacked(Array(content), limit: limit)
            bytes = unpacked
            isWhole = isThere && isGood
        } else {
            bytes = Array(content.prefix(limit))
            isWhole = isThere && content.count <= limit
        }
    }
}
