/// The output of nvidia-smi in its parts: the XML document, and the messages around it.
package struct NvidiaSMIOutput: Sendable {
    /// The document; nil where none was written.
    package var document: XMLTree?
    /// Why the document was not read to its end; nil for a complete document.
    package var problem: XMLProblem?
    /// The lines of both streams that are not part of the document.
    package var messages: [String]

    /// Separates document and messages; nvidia-smi writes its errors to either stream.
    package init(stdout: [UInt8], stderr: String, reader: XMLReader = XMLReader()) {
        var reader = reader
        // A process chooses its own name, and nvidia-smi does not escape it: a `<` or an invalid character in it
        // would make the whole answer unreadable.
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

    /// The text before the document, the document, and the text after it, such as infoROM warnings.
    private static func parts(_ bytes: [UInt8]) -> ([UInt8], [UInt8], [UInt8]) {
        guard
            let start = bytes.firstOffset(of: "<?xml") ?? bytes.firstOffset(of: "<nvidia_smi_log")
        else { return (bytes, [], []) }
        let endTag = "</nvidia_smi_log>"
        // The last end tag, so that two documents in one answer are not taken for one.
        let end = bytes.lastOffset(of: endTag).map { $0 + endTag.utf8.count } ?? bytes.count
        guard end > start else { return (Array(bytes[..<start]), Array(bytes[start...]), []) }
        return (Array(bytes[..<start]), Array(bytes[start..<end]), Array(bytes[end...]))
    }

    /// The non-empty lines at the beginning of a stream, made safe to print.
    private static func lines(_ bytes: [UInt8]) -> [String] {
        // Messages come early; an endless stream must not be read to its end.
        bytes.prefix(65_536).split(whereSeparator: { $0 == 10 || $0 == 13 }).map { line in
            let text = String(decoding: line, as: UTF8.self).unicodeScalars.map { scalar in
                scalar.properties.generalCategory == .control ? " " : Character(scalar)
            }
            return String(text).trimmed
        }
        .filter { !$0.isEmpty }
    }
}
