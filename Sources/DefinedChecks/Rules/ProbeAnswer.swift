import FoundationEssentials
import Verdicts

/// What a defined probe's payload printed: fields of the node, and rows about parts of it.
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
    /// Why it cannot be read, or not all of it; nil where all is well.
    private(set) var problem: String?

    /// Reads the payload's standard output.
    init(_ bytes: [UInt8], definition: ProbeDefinition) {
        switch definition.output {
        case .keyValue: readLines(bytes)
        case .json: readJSON(bytes, subject: definition.subject)
        case .table: readTable(bytes, subject: definition.subject)
        }
        if problem == nil, fields.isEmpty, rows.isEmpty { problem = "it printed nothing" }
    }

    /// Whether a name is a field of the node or of any part.
    func knows(_ field: String) -> Bool {
        fields[field] != nil || rows.contains { $0.fields[field] != nil }
    }

    /// The answer as data for programs.
    var facts: [String: FactValue] {
        guard !rows.isEmpty else { return fields }
        let list = rows.map { row in
            FactValue.object(
                row.fields.merging(["subject": .string(row.subject)]) { own, _ in own })
        }
        return fields.merging(["rows": .list(list)]) { own, _ in own }
    }

    // MARK: - Lines

    private static func lines(_ bytes: [UInt8]) -> [String] {
        // Bytes, not characters: to Swift a carriage return before the newline makes one character of both.
        bytes.split(separator: UInt8(ascii: "\n")).map { line in
            String(
                decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
    }

    /// A text as a fact; whole numbers become numbers where they are written as such.
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
            fields[String(line[..<equals])] = Self.value(
                String(line[line.index(after: equals)...]))
        }
    }

    private mutating func readTable(_ bytes: [UInt8], subject: String?) {
        let lines = Self.lines(bytes).filter { $0.contains { !$0.isWhitespace } }
        guard let heading = lines.first else { return }
        let names = heading.split(whereSeparator: \.isWhitespace).map(String.init)
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
            rows.append(
                Row(
                    subject: texts[key],
                    fields: Dictionary(zip(names, texts.map(Self.value))) { first, _ in first }))
        }
    }

    // MARK: - JSON

    private mutating func readJSON(_ bytes: [UInt8], subject: String?) {
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
                fields[prefix + name] = .string(items.compactMap(\.word).joined(separator: ","))
            case .null: continue
            case .bool, .int, .double, .string: fields[prefix + name] = value
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
            rows.append(row)
        }
    }
}
