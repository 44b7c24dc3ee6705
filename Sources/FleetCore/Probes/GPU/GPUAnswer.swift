import SlurmModel

/// What gpu-check.sh sent home: nvidia-smi's standard output between two marks, and its exit code.
struct GPUAnswer: Hashable, Sendable {
    /// Whether nvidia-smi was started at all.
    let isBegun: Bool
    /// How nvidia-smi ended; nil where the script did not get that far.
    let exit: ExitStatus?
    /// nvidia-smi's standard output.
    let document: [UInt8]

    private static let begin = Array("@fleet begin nvidia-smi\n".utf8)
    private static let end = Array("@fleet end nvidia-smi exit=".utf8)

    /// Reads the payload's standard output.
    init(_ bytes: [UInt8]) {
        guard bytes.starts(with: Self.begin) else {
            (isBegun, exit, document) = (false, nil, [])
            return
        }
        isBegun = true
        let rest = bytes.dropFirst(Self.begin.count)
        let newline = UInt8(ascii: "\n")
        // The end mark is the last line, so that nothing nvidia-smi prints can pass for it.
        let last = rest.last == newline ? rest.dropLast().lastIndex(of: newline) : nil
        let start = last.map { $0 + 1 } ?? rest.startIndex
        let line = rest[start...]
        guard line.starts(with: Self.end), line.last == newline,
            let status = Int(
                String(decoding: line.dropFirst(Self.end.count).dropLast(), as: UTF8.self))
        else {
            (exit, document) = (nil, Array(rest))
            return
        }
        exit = ExitStatus(shellStatus: status)
        document = Array(rest[..<start])
    }
}
