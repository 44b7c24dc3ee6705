/// What nvidia-smi wrote, taken apart: its XML document, and the messages around it.
package struct NvidiaSMIOutput: Hashable, Sendable {
    /// The document; nil where none was written.
    package var document: XMLTree?
    /// Why the document was not read to its end; nil for a whole one.
    package var problem: XMLProblem?
    /// The lines that are not part of the document, of both streams.
    package var messages: [String]

    /// Takes both streams apart; nvidia-smi writes its errors to either.
    package init(stdout: [UInt8], stderr: String, reader: XMLReader = XMLReader()) {
        let (before, middle, after) = Self.parts(stdout)
        messages = (Self.lines(before) + Self.lines(after) + Self.lines(Array(stderr.utf8)))
        guard !middle.isEmpty else {
            problem = stdout.isEmpty ? .empty : .malformed(line: 1)
            return
        }
        (document, problem) = reader.read(Self.withoutProcessNames(middle))
        if document.map({ $0.name != "nvidia_smi_log" }) == true, problem == nil {
            problem = .malformed(line: 1)
        }
    }

    /// What stands before the document, the document, and what follows it, such as infoROM warnings.
    private static func parts(_ bytes: [UInt8]) -> ([UInt8], [UInt8], [UInt8]) {
        guard
            let start = bytes.firstOffset(of: "<?xml") ?? bytes.firstOffset(of: "<nvidia_smi_log")
        else { return (bytes, [], []) }
        let endTag = "</nvidia_smi_log>"
        // The last one: two documents in one answer shall not pass for one.
        let end = bytes.lastOffset(of: endTag).map { $0 + endTag.utf8.count } ?? bytes.count
        guard end > start else { return (Array(bytes[..<start]), Array(bytes[start...]), []) }
        return (Array(bytes[..<start]), Array(bytes[start..<end]), Array(bytes[end...]))
    }

    /// The lines of a stream's beginning that hold anything, fit to be shown.
    private static func lines(_ bytes: [UInt8]) -> [String] {
        // A message comes early; a stream without end must not be read to its end.
        bytes.prefix(65_536).split(whereSeparator: { $0 == 10 || $0 == 13 }).map { line in
            let text = String(decoding: line, as: UTF8.self).unicodeScalars.map { scalar in
                scalar.properties.generalCategory == .control ? " " : Character(scalar)
            }
            return String(text).trimmed
        }
        .filter { !$0.isEmpty }
    }

    /// The document without the names of processes, which nvidia-smi does not escape.
    ///
    /// A process chooses its own name; `<` or a broken character in it would spoil the whole answer.
    private static func withoutProcessNames(_ bytes: [UInt8]) -> [UInt8] {
        let open = "<process_name>"
        let close = Array("</process_name>".utf8)
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var offset = 0
        while let start = bytes.firstOffset(of: open, from: offset) {
            let name = start + open.utf8.count
            // Within one line, and a bounded one: a path is at most 4096 bytes long.
            let line = bytes[name...].prefix(8192).prefix { $0 != 10 }
            kept += bytes[offset..<name]
            // The last end tag: the name may contain one. Without any the line stays as it is.
            if let end = line.lastOffset(of: close) {
                offset = end
            } else {
                kept += line
                offset = line.endIndex
            }
        }
        kept += bytes[offset...]
        return kept
    }
}

extension ArraySlice where Element == UInt8 {
    fileprivate func lastOffset(of needle: [UInt8]) -> Int? {
        var offset = endIndex - needle.count
        while offset >= startIndex {
            if self[offset..<(offset + needle.count)].elementsEqual(needle) { return offset }
            offset -= 1
        }
        return nil
    }
}
