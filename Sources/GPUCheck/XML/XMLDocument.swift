import SlurmModel

/// The elements of one XML document in its order, stored as ranges of the bytes they were read from.
///
/// Texts and names stay bytes until a rule asks for them: of the 3,000 elements of an 8-GPU answer, the rules read a
/// few hundred, and a run reads a thousand such answers.
final class XMLDocument: Sendable {
    /// One element, as offsets.
    struct Node: Sendable {
        /// The range of the name in the bytes.
        var name: Range<Int>
        /// The range of the trimmed text in the bytes; empty without a text, or when the text is in ``texts``.
        var text = 0..<0
        /// Whether its end tag was read.
        var isClosed = false
        /// The next element with the same parent; -1 for the last one.
        var next = -1
        /// The first element below this one; -1 for none.
        var child = -1
    }

    /// The document.
    let bytes: [UInt8]
    /// Its elements, the outermost first.
    let nodes: [Node]
    /// The texts that differ from the bytes: those with several pieces or with entities.
    let texts: [Int: String]
    /// The attributes of those elements that have some.
    let attributes: [Int: [String: String]]

    init(
        bytes: [UInt8], nodes: [Node], texts: [Int: String], attributes: [Int: [String: String]]
    ) {
        self.bytes = bytes
        self.nodes = nodes
        self.texts = texts
        self.attributes = attributes
    }

    /// The text of a part of the bytes, which the scanner found to be UTF-8.
    func string(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// Whether an element has a name.
    func isNamed(_ node: Int, _ name: String) -> Bool {
        let range = nodes[node].name
        guard range.count == name.utf8.count else { return false }
        var offset = range.lowerBound
        for byte in name.utf8 {
            if bytes[offset] != byte { return false }
            offset += 1
        }
        return true
    }

    /// The first element of a name directly below another; nil for none.
    func first(_ name: String, below node: Int) -> Int? {
        var child = nodes[node].child
        while child >= 0 {
            if isNamed(child, name) { return child }
            child = nodes[child].next
        }
        return nil
    }
}
