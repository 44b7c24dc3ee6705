/// Goes through one document, byte by byte, once.
struct XMLScanner {
    private let bytes: [UInt8]
    private let deepest: Int
    private let most: Int
    private var offset = 0
    private var elements = 0
    /// The elements whose end tag has not been read, outermost first.
    private var open: [XMLTree] = []
    private var root: XMLTree?

    init(_ bytes: [UInt8], deepest: Int, most: Int) {
        self.bytes = bytes
        self.deepest = deepest
        self.most = most
    }

    /// Reads to the end of the document.
    mutating func scan() throws(XMLProblem) {
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "<") {
                try markup()
            } else {
                let end = bytes[offset...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
                try text(offset..<end, isLiteral: false)
                offset = end
            }
        }
        guard root != nil, open.isEmpty else { throw malformed }
    }

    /// The outermost element, with what the document left open.
    mutating func finish() -> XMLTree? {
        while !open.isEmpty { close(whole: false) }
        return root
    }

    private var malformed: XMLProblem {
        .malformed(line: bytes[..<min(offset, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1)
    }

    // MARK: Markup

    private mutating func markup() throws(XMLProblem) {
        if starts(with: "<?") {
            offset = try end(of: "?>")
        } else if starts(with: "<!--") {
            offset = try end(of: "-->")
        } else if starts(with: "<![CDATA[") {
            let next = try end(of: "]]>")
            try text((offset + 9)..<(next - 3), isLiteral: true)
            offset = next
        } else if starts(with: "<!DOCTYPE"), root == nil, open.isEmpty {
            // nvidia-smi only names a file; declarations inside would be in square brackets.
            let next = try end(of: ">")
            guard !bytes[offset..<next].contains(UInt8(ascii: "[")) else { throw malformed }
            offset = next
        } else if starts(with: "</") {
            try endTag()
        } else {
            try startTag()
        }
    }

    private mutating func endTag() throws(XMLProblem) {
        offset += 2
        let name = try self.name()
        skipSpace()
        guard open.last?.name == name, peek == UInt8(ascii: ">") else { throw malformed }
        offset += 1
        close(whole: true)
    }

    private mutating func startTag() throws(XMLProblem) {
        // A document has one outermost element.
        guard root == nil else { throw malformed }
        guard open.count < deepest else { throw .tooDeep(limit: deepest) }
        elements += 1
        guard elements <= most else { throw .tooMany(limit: most) }
        offset += 1
        var element = XMLTree(try name())
        while true {
            let hadSpace = skipSpace()
            switch peek {
            case UInt8(ascii: ">"):
                offset += 1
                open.append(element)
                return
            case UInt8(ascii: "/"):
                offset += 1
                guard peek == UInt8(ascii: ">") else { throw malformed }
                offset += 1
                open.append(element)
                close(whole: true)
                return
            default:
                guard hadSpace else { throw malformed }
                let (name, value) = try attribute()
                element.attributes[name] = value
            }
        }
    }

    private mutating func attribute() throws(XMLProblem) -> (String, String) {
        let name = try self.name()
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

    private mutating func close(whole: Bool) {
        guard var element = open.popLast() else { return }
        element.text = element.text.trimmed
        element.isClosed = whole
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(element)
        }
    }

    // MARK: Text

    private mutating func text(_ range: Range<Int>, isLiteral: Bool) throws(XMLProblem) {
        let isBlank = bytes[range].allSatisfy { $0.isSpace }
        if open.isEmpty {
            // Nothing but white space stands outside the outermost element.
            guard isBlank else { throw malformed }
        } else if !isBlank || !open[open.count - 1].text.isEmpty {
            open[open.count - 1].text += try decoded(range, isLiteral: isLiteral)
        }
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

    private mutating func name() throws(XMLProblem) -> String {
        let part = bytes[min(offset, bytes.count)...].prefix(while: Self.isNameByte)
        guard let first = part.first, !Self.isLaterNameByte(first),
            let name = String(validating: part, as: UTF8.self)
        else { throw malformed }
        offset = part.endIndex
        return name
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

    /// The offset behind the next occurrence of a text.
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
