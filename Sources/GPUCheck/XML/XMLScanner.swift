import SlurmModel

/// Reads one document once, byte by byte.
struct XMLScanner {
    private let bytes: [UInt8]
    private let deepest: Int
    private let most: Int
    private let opaque: [UInt8]
    private var offset = 0
    private var nodes: [XMLDocument.Node] = []
    private var texts: [Int: String] = [:]
    private var attributes: [Int: [String: String]] = [:]
    /// The elements that are still open, outermost first, each with its last child so far.
    private var open: [(node: Int, last: Int)] = []

    init(_ bytes: [UInt8], deepest: Int, most: Int, opaque: [UInt8]) {
        self.bytes = bytes
        self.deepest = deepest
        self.most = most
        self.opaque = opaque
        // An element of nvidia-smi takes about 35 bytes.
        nodes.reserveCapacity(min(most, bytes.count / 32 + 1))
    }

    /// Reads to the end of the document.
    mutating func scan() throws(XMLProblem) {
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "<") { try markup() } else { try text() }
        }
        guard !nodes.isEmpty, open.isEmpty else { throw malformed }
    }

    /// The outermost element, including elements that the document left open; the scanner cannot be used afterwards.
    consuming func finish() -> XMLTree? {
        guard !nodes.isEmpty else { return nil }
        let document = XMLDocument(
            bytes: bytes, nodes: nodes, texts: texts.mapValues(\.trimmed), attributes: attributes)
        return XMLTree(document, 0)
    }

    private var malformed: XMLProblem {
        .malformed(line: bytes[..<min(offset, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1)
    }

    // MARK: Markup

    private mutating func markup() throws(XMLProblem) {
        switch offset + 1 < bytes.count ? bytes[offset + 1] : 0 {
        case UInt8(ascii: "/"): try endTag()
        case UInt8(ascii: "?"): offset = try end(of: "?>")
        case UInt8(ascii: "!"): try declaration()
        default: try startTag()
        }
    }

    private mutating func declaration() throws(XMLProblem) {
        if starts(with: "<!--") {
            offset = try end(of: "-->")
        } else if starts(with: "<![CDATA[") {
            let next = try end(of: "]]>")
            try add((offset + 9)..<(next - 3), isLiteral: true)
            offset = next
        } else if starts(with: "<!DOCTYPE"), nodes.isEmpty {
            // nvidia-smi's document type only names a file; declarations inside would be in square brackets.
            let next = try end(of: ">")
            guard !bytes[offset..<next].contains(UInt8(ascii: "[")) else { throw malformed }
            offset = next
        } else {
            throw malformed
        }
    }

    private mutating func endTag() throws(XMLProblem) {
        offset += 2
        guard let node = open.last?.node, skipName(nodes[node].name) else { throw malformed }
        skipSpace()
        guard peek == UInt8(ascii: ">") else { throw malformed }
        offset += 1
        close()
    }

    /// Skips a name that equals an element's name; does not move when it differs.
    private mutating func skipName(_ name: Range<Int>) -> Bool {
        let end = offset + name.count
        guard end <= bytes.count else { return false }
        var place = name.lowerBound
        while offset < end {
            if bytes[offset] != bytes[place] { return false }
            offset += 1
            place += 1
        }
        return !(peek.map(Self.isNameByte) ?? false)
    }

    private mutating func startTag() throws(XMLProblem) {
        // A document has only one outermost element.
        guard nodes.isEmpty || !open.isEmpty else { throw malformed }
        guard open.count < deepest else { throw .tooDeep(limit: deepest) }
        guard nodes.count < most else { throw .tooMany(limit: most) }
        offset += 1
        let name = try name()
        let node = nodes.count
        var own: [String: String] = [:]
        while true {
            let hadSpace = skipSpace()
            switch peek {
            case UInt8(ascii: ">"):
                offset += 1
                add(node, name, own)
                if !opaque.isEmpty { skipOpaque(name) }
                return
            case UInt8(ascii: "/"):
                offset += 1
                guard peek == UInt8(ascii: ">") else { throw malformed }
                offset += 1
                add(node, name, own)
                close()
                return
            default:
                // nvidia-smi's elements have at most one attribute; a million of them would take too much memory.
                guard hadSpace, own.count < 64 else { throw malformed }
                let (name, value) = try attribute()
                own[name] = value
            }
        }
    }

    private mutating func add(_ node: Int, _ name: Range<Int>, _ own: [String: String]) {
        nodes.append(XMLDocument.Node(name: name))
        if !own.isEmpty { attributes[node] = own }
        if let parent = open.last {
            if parent.last < 0 {
                nodes[parent.node].child = node
            } else {
                nodes[parent.last].next = node
            }
            open[open.count - 1].last = node
        }
        open.append((node, -1))
    }

    private mutating func close() {
        guard let element = open.popLast() else { return }
        nodes[element.node].isClosed = true
    }

    /// Skips to the end tag of an element whose text is not needed and may contain anything.
    private mutating func skipOpaque(_ name: Range<Int>) {
        guard name.count == opaque.count, bytes[name].elementsEqual(opaque) else { return }
        // Searches one line only, and at most 8192 bytes of it: a path is at most 4096 bytes long.
        let line = bytes[offset...].prefix(8192).prefix { $0 != 10 }
        // The last end tag on the line, because the text may contain one. Without an end tag, the text is read
        // normally.
        let tag = Array("</".utf8) + opaque + [UInt8(ascii: ">")]
        var start = line.endIndex - tag.count
        while start >= offset {
            if bytes[start..<(start + tag.count)].elementsEqual(tag) {
                offset = start
                return
            }
            start -= 1
        }
    }

    private mutating func attribute() throws(XMLProblem) -> (String, String) {
        let name = string(try name())
        skipSpace()
        guard peek == UInt8(ascii: "=") else { throw malformed }
        offset += 1
        skipSpace()
        guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            let end = bytes[(offset + 1)...].firstIndex(of: quote)
        else { throw malformed }
        let value = try decoded((offset + 1)..<end, isLiteral: false)
        offset = end + 1
        return (name, value)
    }

    // MARK: Text

    /// Reads up to the next markup, looking at every byte once.
    private mutating func text() throws(XMLProblem) {
        let start = offset
        var isPlain = true
        var first = -1
        var last = -1
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "<") { break }
            if byte > 0x20 {
                if first < 0 { first = offset }
                last = offset
                // An entity must be replaced, and a byte of 0x80 or above must be checked to be UTF-8.
                if byte == UInt8(ascii: "&") || byte >= 0x80 { isPlain = false }
            } else if !byte.isSpace {
                throw malformed
            }
            offset += 1
        }
        guard first >= 0 else {
            addSpace(start..<offset)
            return
        }
        guard let node = open.last?.node else { throw malformed }
        if isPlain, nodes[node].text.isEmpty, texts[node] == nil {
            nodes[node].text = first..<(last + 1)
        } else {
            try add(start..<offset, isLiteral: false)
        }
    }

    /// White space between two pieces of one text is part of that text.
    private mutating func addSpace(_ range: Range<Int>) {
        guard let node = open.last?.node, texts[node] != nil else { return }
        let space = string(range)
        texts[node]? += space
    }

    /// Adds to the text of the innermost open element.
    private mutating func add(_ range: Range<Int>, isLiteral: Bool) throws(XMLProblem) {
        let piece = try decoded(range, isLiteral: isLiteral)
        guard let node = open.last?.node else {
            // Outside the outermost element only white space is allowed.
            guard piece.trimmed.isEmpty else { throw malformed }
            return
        }
        if !nodes[node].text.isEmpty {
            texts[node] = string(nodes[node].text)
            nodes[node].text = 0..<0
        }
        // Appended in place: a text of many pieces must not be copied for each piece.
        texts[node, default: ""] += piece
    }

    /// The text of some bytes, which must be UTF-8 without control characters.
    private func decoded(_ range: Range<Int>, isLiteral: Bool) throws(XMLProblem) -> String {
        let part = bytes[range]
        guard part.allSatisfy({ $0 >= 0x20 || $0.isSpace }),
            let text = String(validating: part, as: UTF8.self)
        else { throw malformed }
        if isLiteral || !part.contains(UInt8(ascii: "&")) { return text }
        var pieces = text.split(separator: "&", omittingEmptySubsequences: false)[...]
        var result = String(pieces.removeFirst())
        for piece in pieces {
            guard let end = piece.firstIndex(of: ";"), let character = Self.entity(piece[..<end])
            else { throw malformed }
            result.append(character)
            result += piece[piece.index(after: end)...]
        }
        return result
    }

    private static func entity(_ name: Substring) -> Character? {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        let isHex = name.hasPrefix("#x")
        guard isHex || name.hasPrefix("#"),
            let code = UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10),
            code >= 0x20 || code == 9 || code == 10 || code == 13
        else { return nil }
        return Unicode.Scalar(code).map(Character.init)
    }

    // MARK: Tokens

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func string(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private mutating func name() throws(XMLProblem) -> Range<Int> {
        let start = offset
        var isPlain = true
        while offset < bytes.count, Self.isNameByte(bytes[offset]) {
            if bytes[offset] >= 0x80 { isPlain = false }
            offset += 1
        }
        guard offset > start, !Self.isLaterNameByte(bytes[start]),
            isPlain || String(validating: bytes[start..<offset], as: UTF8.self) != nil
        else {
            offset = start
            throw malformed
        }
        return start..<offset
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = offset
        while let byte = peek, byte.isSpace { offset += 1 }
        return offset > start
    }

    private func starts(with text: String) -> Bool {
        bytes.hasText(text, at: offset)
    }

    /// The offset after the next occurrence of a text.
    private func end(of text: String) throws(XMLProblem) -> Int {
        guard let start = bytes.firstOffset(of: text, from: offset),
            !bytes[offset..<start].contains(0)
        else { throw malformed }
        return start + text.utf8.count
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), UInt8(ascii: ":"), 0x80...0xff:
            true
        default: isLaterNameByte(byte)
        }
    }

    private static func isLaterNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
