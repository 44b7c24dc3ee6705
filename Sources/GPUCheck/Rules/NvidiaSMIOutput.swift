/// What nvidia-smi wrote, taken apart: its XML document, and the messages around it.
package struct NvidiaSMIOutput: Sendable {
    /// The document; nil where none was written.
    package var document: XMLTree?
    /// Why the document was not read to its end; nil for a whole one.
    package var problem: XMLProblem?
    /// The lines that are not part of the document, of both streams.
    package var messages: [String]

    /// Takes both streams apart; nvidia-smi writes its errors to either.
    package init(stdout: [UInt8], stderr: String, reader: XMLReader = XMLReader()) {
        var reader = reader
        // A process chooses its own name, which nvidia-smi does not escape: `<` or a broken character in it
        // would spoil the whole answer.
        reader.opaque = "process_name"
        let (before, middle, after) = Self.parts(stdout)
        messages = (Self.lines(before) + Self.lines(after) + Self.lines(Array(stderr.utf8)))
        guard !middle.isEmpty else {
            problem = stdout.isEmpty ? .empty : .malformed(line: 1)
            return
        }
        (document, problem) = reader.read(middle)
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
}
