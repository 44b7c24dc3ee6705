import FoundationEssentials
import Verdicts

/// The output of a defined probe's payload: fields of the node, and rows about its parts.
struct ProbeAnswer: Hashable, Sendable {
    /// One part of the node.
    struct Row: Hashable, Sendable {
        var subject: String
        var fields: [String: FactValue]
    }

    /// The fields of the node itself.
    private(set) var fields: [String: FactValue] = [:]
    /// The parts of the node.
    private(set) var rows: [Row] = []
    /// Why the answer, or a part of it, cannot be read; nil when all could be read.
    private(set) var problem: String?

    /// Reads the payload's standard output.
    init(_ bytes: [UInt8], definition: ProbeDefinition) {
        guard bytes.count <= Self.sizeLimit else {
            problem = Self.tooMuch("\(bytes.count) bytes, and \(Self.sizeLimit) is the most")
            return
        }
        switch definition.output {
        case .keyValue: readLines(bytes)
        case .json: readJSON(bytes, subject: definition.subject)
        case .table: readTable(bytes, subject: definition.subject)
        }
        if problem == nil, fields.isEmpty, rows.isEmpty { problem = "it printed nothing" }
    }

    /// How large an answer may be, in bytes: a thousand parts with a hundred fields each.
    private static let sizeLimit = 1 << 20

    private static func tooMuch(_ words: String) -> String { "too much to judge: \(words)" }

    /// Adds a field, up to the limit.
    private mutating func add(_ name: String, _ value: FactValue) {
        guard fields.count < JudgementLimits.elements || fields[name] != nil else {
            problem =
                problem ?? Self.tooMuch("more than \(JudgementLimits.elements) fields")
            return
        }
        fields[name] = bounded(value)
    }

    /// Adds a part, up to the limit.
    private mutating func add(_ row: Row) {
        guard rows.count < JudgementLimits.elements else {
            problem = problem ?? Self.tooMuch("more than \(JudgementLimits.elements) rows")
            return
        }
        rows.append(
            Row(subject: row.subject, fields: row.fields.mapValues { bounded($0) }))
    }

    /// A value that can be compared: a text that is too long becomes null.
    private mutating func bounded(_ value: FactValue) -> FactValue {
        guard let text = value.text, text.utf8.count > JudgementLimits.value else { return value }
        problem =
            problem ?? Self.tooMuch("a value of \(text.utf8.count) bytes")
        return .null
    }

    /// Whether a field of this name has a value, for the node or for any part: an empty one is none, as for the rules.
    func knows(_ field: String) -> Bool {
        ([fields] + rows.map(\.fields)).contains { $0[field]?.word?.isEmpty == false }
    }

    /// The answer as data for programs.
    var facts: [String: FactValue] {
        guard !rows.isEmpty else { return fields }
        let list = rows.map { row in
            FactValue.object(
                row.fields.merging(["subject": .string(row.subject)]) { own, _ in own })
        }
        // Also where a field has that name: without the rows nothing in them would be compared.
        return fields.merging(["rows": .list(list)]) { _, rows in rows }
    }

    // MARK: - Lines

    private static func lines(_ bytes: [UInt8]) -> [String] {
        // Splits bytes and not characters: in Swift, a carriage return and a newline form one character.
        bytes.split(separator: UInt8(ascii: "\n")).map { line in
            String(
                decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
    }

    /// A text as a fact; a whole number in its normal form becomes a number.
    private static func value(_ text: String) -> FactValue {
        if let number = Int(text), String(number) == text { return .int(number) }
        return .string(text)
    }

    private mutating func readLines(_ bytes: [UInt8]) {
        for line in Self.lines(bytes) {
            guard let equals = line.firstIndex(of: "="), equals > line.startIndex else {
                problem = problem ?? "'\(line.prefix(60))' is no KEY=VALUE"
                continue
            }
            add(
                String(line[..<equals]),
                Self.value(String(line[line.index(after: equals)...])))
        }
    }

    private mutating func readTable(_ bytes: [UInt8], subject: String?) {
        let lines = Self.lines(bytes).filter { $0.contains { !$0.isWhitespace } }
        guard let heading = lines.first else { return }
        let names = heading.split(whereSeparator: \.isWhitespace).map(String.init)
        guard names.count <= JudgementLimits.elements else {
            problem = Self.tooMuch("\(names.count) columns")
            return
        }
        let key = subject.flatMap(names.firstIndex) ?? (subject == nil ? 0 : nil)
        guard let key else {
            problem = "its heading has no column \(subject ?? "")"
            return
        }
        for line in lines.dropFirst() {
            let cells = line.split(
                maxSplits: names.count - 1, whereSeparator: \.isWhitespace)
            guard cells.count == names.count else {
                problem = problem ?? "'\(line.prefix(60))' has not \(names.count) columns"
                continue
            }
            let texts = cells.map { cell in
                String(
                    cell.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
                        .reversed())
            }
            add(
                Row(
                    subject: texts[key],
                    fields: Dictionary(zip(names, texts.map(Self.value))) { first, _ in first }))
        }
    }

    // MARK: - JSON

    private mutating func readJSON(_ bytes: [UInt8], subject: String?) {
        guard Self.depth(of: bytes) <= JudgementLimits.depth else {
            problem = Self.tooMuch("JSON deeper than \(JudgementLimits.depth) levels")
            return
        }
        guard let document = try? JSONDecoder().decode(FactValue.self, from: Data(bytes)) else {
            problem = bytes.isEmpty ? nil : "it printed no JSON"
            return
        }
        switch document {
        case .list(let items): readRows(items, prefix: "", subject: subject)
        case .object(let fields): readObject(fields, prefix: "", subject: subject)
        case .null, .bool, .int, .double, .string: problem = "its JSON is no object and no list"
        }
    }

    private mutating func readObject(
        _ object: [String: FactValue], prefix: String, subject: String?
    ) {
        for (name, value) in object.sorted(by: { $0.key < $1.key }) {
            switch value {
            case .object(let inner):
                readObject(inner, prefix: "\(prefix)\(name).", subject: subject)
            case .list(let items) where items.contains { !$0.fields.isEmpty }:
                readRows(items, prefix: "\(prefix)\(name).", subject: subject)
            case .list(let items):
                add(prefix + name, .string(items.compactMap(\.word).joined(separator: ",")))
            case .null: continue
            case .bool, .int, .double, .string: add(prefix + name, value)
            }
        }
    }

    private mutating func readRows(_ items: [FactValue], prefix: String, subject: String?) {
        for (index, item) in items.enumerated() {
            var row = Row(subject: "\(prefix)\(index)", fields: [:])
            for (name, value) in item.fields {
                if name == subject, let word = value.word { row.subject = word }
                if value != .null { row.fields[prefix + name] = value }
            }
            add(row)
        }
    }

    /// How deep lists and objects are nested in a JSON text, even a broken one: the JSON reader is recursive.
    private static func depth(of bytes: [UInt8]) -> Int {
        var (depth, deepest) = (0, 0)
        var (isText, isEscaped) = (false, false)
        for byte in bytes {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            deepest = max(deepest, depth)
        }
        return deepest
    }
}
