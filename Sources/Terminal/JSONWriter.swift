/// Writes a JSON document as bytes, piece by piece; the only place that defines the form of fleet's JSON.
///
/// For 20,000 nodes, a tree of values, or an encoder that asks every field for its type, would take longer than
/// slurmctld takes to send them. Code that writes a document must write its keys in rising order; ``JSONValue`` sorts
/// them.
package struct JSONWriter: ~Copyable {
    /// The bytes that were written but not yet passed to the sink.
    package private(set) var bytes: [UInt8] = []

    private let isPretty: Bool
    private let sink: (([UInt8]) throws -> Void)?
    private var depth = 0
    private var isFirst = true

    /// Large enough for efficient writes, and small compared with the document.
    private static let handful = 1 << 18

    /// A newline and two spaces per level, for all usual depths.
    private static let indents = (0..<16).map { depth in
        [UInt8(ascii: "\n")] + [UInt8](repeating: UInt8(ascii: " "), count: 2 * depth)
    }

    /// Begins a document.
    ///
    /// - Parameters:
    ///   - isPretty: Whether it is written on several lines, to be read by people.
    ///   - sink: Gets the bytes whenever ``handful`` is reached; nil keeps all of them in ``bytes``.
    package init(isPretty: Bool, sink: (([UInt8]) throws -> Void)? = nil) {
        self.isPretty = isPretty
        self.sink = sink
        bytes.reserveCapacity(sink == nil ? 1 << 12 : Self.handful * 2)
    }

    /// Passes the bytes to the sink if there are enough of them; to be called between the elements of long lists.
    ///
    /// - Throws: What the sink throws.
    package mutating func breathe() throws {
        if bytes.count >= Self.handful { try flush() }
    }

    /// Passes the bytes to the sink.
    ///
    /// - Throws: What the sink throws.
    package mutating func flush() throws {
        guard let sink, !bytes.isEmpty else { return }
        try sink(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    /// An object, with the fields that the body writes.
    package mutating func object<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "{"))
        try body(&self)
        close(UInt8(ascii: "}"))
    }

    /// A field of an object, whose value the body writes.
    package mutating func field<Failure: Error>(
        _ key: String, _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        begin()
        quote(key)
        bytes.append(contentsOf: isPretty ? " : ".utf8 : ":".utf8)
        try body(&self)
    }

    /// An array, whose elements the body writes each with ``element(_:)``.
    package mutating func array<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "["))
        try body(&self)
        close(UInt8(ascii: "]"))
    }

    /// An element of an array.
    package mutating func element<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        begin()
        try body(&self)
    }

    /// Writes fields or a value, or repeats the bytes of the last time, because neighbouring nodes are mostly equal.
    ///
    /// - Parameters:
    ///   - memo: The bytes that the body wrote the last time at this place of a document.
    ///   - isSame: Whether it would write the same again.
    ///   - body: Writes.
    package mutating func repeated(
        _ memo: inout JSONMemo, isSame: Bool, _ body: (inout JSONWriter) -> Void
    ) {
        if isSame, !memo.bytes.isEmpty {
            bytes.append(contentsOf: memo.bytes)
            isFirst = false
        } else {
            let start = bytes.count
            body(&self)
            memo.bytes = Array(bytes[start...])
        }
    }

    /// A string; nil is null.
    package mutating func value(_ text: String?) {
        guard let text else { return null() }
        quote(text)
    }

    /// A whole number; nil is null.
    package mutating func value(_ number: Int?) {
        guard let number else { return null() }
        bytes.append(contentsOf: String(number).utf8)
    }

    /// A number; whole ones without a point; nil, and numbers that JSON cannot write, become null.
    package mutating func value(_ number: Double?) {
        guard let number, number.isFinite else { return null() }
        var text = number.description[...]
        if text.hasSuffix(".0") { text = text.dropLast(2) }
        bytes.append(contentsOf: text.utf8)
    }

    /// A truth.
    package mutating func value(_ truth: Bool) {
        bytes.append(contentsOf: truth ? "true".utf8 : "false".utf8)
    }

    /// Null.
    package mutating func null() {
        bytes.append(contentsOf: "null".utf8)
    }

    private mutating func open(_ bracket: UInt8) {
        bytes.append(bracket)
        depth += 1
        isFirst = true
    }

    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        // An empty object or list contains an empty line.
        if isPretty && isFirst { bytes.append(UInt8(ascii: "\n")) }
        newLine()
        bytes.append(bracket)
        isFirst = false
    }

    private mutating func begin() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        newLine()
    }

    private mutating func newLine() {
        guard isPretty else { return }
        if depth < Self.indents.count {
            bytes.append(contentsOf: Self.indents[depth])
        } else {
            bytes.append(UInt8(ascii: "\n"))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
        }
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if Self.isPlain(text) {
            bytes.append(contentsOf: text.utf8)
        } else {
            for scalar in text.unicodeScalars { escape(scalar) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isPlain(_ text: String) -> Bool {
        let span = text.utf8.span
        for index in span.indices {
            let byte = span[index]
            if byte < 0x20 || byte >= 0x7f || byte == UInt8(ascii: "\"")
                || byte == UInt8(ascii: "\\")
            {
                return false
            }
        }
        return true
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": bytes.append(contentsOf: #"\""#.utf8)
        case "\\": bytes.append(contentsOf: #"\\"#.utf8)
        case "\u{8}": bytes.append(contentsOf: #"\b"#.utf8)
        case "\t": bytes.append(contentsOf: #"\t"#.utf8)
        case "\n": bytes.append(contentsOf: #"\n"#.utf8)
        case "\u{c}": bytes.append(contentsOf: #"\f"#.utf8)
        case "\r": bytes.append(contentsOf: #"\r"#.utf8)
        case _ where Self.steers(scalar):
            for unit in scalar.utf16 {
                let digits = String(unit, radix: 16)
                bytes.append(contentsOf: #"\u"#.utf8)
                bytes.append(
                    contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
                bytes.append(contentsOf: digits.utf8)
            }
        default: bytes.append(contentsOf: scalar.utf8)
        }
    }

    /// Whether it could control a terminal that shows the document, or reverse its text; some readers of JSON lines
    /// take U+2028 and U+2029 for line ends.
    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

/// The bytes that were last written at one place of a document.
package struct JSONMemo {
    var bytes: [UInt8] = []

    /// Remembers nothing yet.
    package init() {}
}

/// A value that can be written as a JSON document.
package protocol JSONWritable {
    /// Writes it, keys in rising order.
    ///
    /// - Throws: What the writer's sink throws.
    func write(to writer: inout JSONWriter) throws
}
