import Platform
import SlurmModel
import Verdicts

/// Judges one node's answer to a defined probe by the probe's own rules.
struct ProbeJudge: Sendable {
    let definition: ProbeDefinition
    let answer: ProbeAnswer

    /// The findings of the rules.
    func findings() -> [Finding] {
        let problem = answer.problem.map { words in
            Finding(
                .unknown, code: definition.code("answer"),
                message: "the answer cannot be read: \(words)",
                remedy: "see the node's output with --format json")
        }
        // When nothing could be read, one finding is enough.
        if let problem, answer.fields.isEmpty, answer.rows.isEmpty { return [problem] }
        return [problem].compactMap(\.self) + worst(definition.rules.flatMap(findings)) + unread()
    }

    /// Of several rules about one value, only the worst that applies: 96 % used must not also report 85 %.
    private func worst(_ found: [Found]) -> [Finding] {
        struct Thing: Hashable {
            let code: String
            let field: String
            let row: Int?
        }
        var kept: [Finding] = []
        var places: [Thing: Int] = [:]
        for (field, row, finding) in found {
            // The place, not the subject: two rows may have one name.
            let thing = Thing(code: finding.code, field: field, row: row)
            guard let place = places[thing] else {
                places[thing] = kept.count
                kept.append(finding)
                continue
            }
            if kept[place].severity < finding.severity { kept[place] = finding }
        }
        return kept
    }

    /// A rule's finding, with the field and the place of the row that it is about; nil for the node itself.
    private typealias Found = (field: String, row: Int?, finding: Finding)

    /// The fields of a part; a name that the part lacks is looked up among the node's fields.
    private struct Fields {
        let node: [String: FactValue]
        var part: [String: FactValue] = [:]

        subscript(_ name: String) -> FactValue? { part[name] ?? node[name] }
    }

    /// A rule's tests, each made only once for all rows: a regular expression takes longer to read than to apply.
    private struct Tests {
        let plain: ProbeRule.Test
        let ofFlags: ProbeRule.Test

        init(_ rule: ProbeRule) {
            plain = rule.test()
            ofFlags = rule.ofFlags.test()
        }
    }

    private func findings(_ rule: ProbeRule) -> [Found] {
        var found: [Found] = []
        let tests = Tests(rule)
        let isOfRows = answer.rows.contains { $0.fields[rule.field] != nil }
        if !isOfRows || answer.fields[rule.field] != nil {
            found += finding(rule, tests, Fields(node: answer.fields), subject: nil)
                .map { (rule.field, nil, $0) }
        }
        if isOfRows {
            found += answer.rows.enumerated().flatMap { place, row in
                finding(
                    rule, tests, Fields(node: answer.fields, part: row.fields),
                    subject: row.subject
                ).map { (rule.field, place, $0) }
            }
        }
        return found
    }

    private func finding(
        _ rule: ProbeRule, _ tests: Tests, _ fields: Fields, subject: String?
    ) -> [Finding] {
        let fact = fields[rule.field]
        let value = fact?.word
        if value ?? "" == "", rule.comparison != .missing {
            guard !rule.isOptional else { return [] }
            return [unknown(rule.field, subject, "\(rule.field) is not in the answer")]
        }
        let isFlag = fact == .bool(true) || fact == .bool(false)
        guard let applies = (isFlag ? tests.ofFlags : tests.plain)(value) else {
            let why =
                rule.comparison == .matches
                ? "is longer than \(ProbeRule.longestMatch) bytes: too much to judge"
                : "'\(value ?? "")' is no number"
            return [unknown(rule.field, subject, "\(rule.field) \(why)")]
        }
        guard applies else { return [] }
        let own = "\(rule.field)\(value.map { " \($0)" } ?? "") \(rule.words)"
        return [
            Finding(
                rule.severity, code: definition.code(rule.field), subject: subject,
                message: rule.message.map { filled($0, fields) { $0 } } ?? own,
                // A remedy may be pasted into a shell, so a value from the node must stay a single word in it.
                remedy: rule.remedy.map { filled($0, fields, ShellQuote.pasted) })
        ]
    }

    private func unknown(_ field: String, _ subject: String?, _ words: String) -> Finding {
        Finding(
            .unknown, code: definition.code("unread"), subject: subject, message: words,
            remedy: "see the node's output with --format json")
    }

    /// Fields that are compared between nodes, but that are missing in the answer.
    private func unread() -> [Finding] {
        let ruled = Set(definition.rules.map(\.field))
        return definition.baseline.map(\.field)
            .filter { !ruled.contains($0) && !answer.knows($0) }
            .map { unknown($0, nil, "\($0) is not in the answer") }
    }

    /// A text in which each name in braces is replaced by the value of that field.
    ///
    /// A value that needs quotes is filled in only where none of the file's own may be open, or in place of a pair that has
    /// nothing else in it: within other quotes its own would end them. There the name stays; the message has the value.
    private func filled(
        _ text: String, _ fields: Fields, _ word: (String) -> String
    ) -> String {
        var result = ""
        var quotes = OpenQuote()
        func add(_ text: some StringProtocol) {
            result += text
            quotes.read(text.unicodeScalars)
        }
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = String(rest[rest.index(after: open)..<close])
            let mark = rest[open...close]
            add(rest[..<open])
            rest = rest[rest.index(after: close)...]
            guard let value = fields[name]?.word else {
                add(mark)
                continue
            }
            let filling = word(value)
            if filling == value {
                add(value)
            } else if quotes.isClosed {
                result += filling
            } else if quotes.hasJustOpened, rest.unicodeScalars.first == quotes.open {
                result.unicodeScalars.removeLast()
                result += filling
                rest = Substring(rest.unicodeScalars.dropFirst())
                quotes = OpenQuote()
            } else {
                add(mark)
            }
        }
        return result + rest
    }
}

/// Which quote of a shell is open at a place of a text that somebody may paste, whole or in part.
private struct OpenQuote {
    /// The quote; nil outside.
    private(set) var open: Unicode.Scalar?
    /// Whether the last thing read was the quote itself.
    private(set) var hasJustOpened = false
    private var isEscaped = false

    /// Whether the next character stands outside all quotes, and for itself.
    var isClosed: Bool { open == nil && !isEscaped }

    /// Scalars and not characters: a quote and a mark that combines with it are one character.
    mutating func read(_ text: some Sequence<Unicode.Scalar>) {
        for scalar in text {
            hasJustOpened = false
            if isEscaped {
                isEscaped = false
            } else if scalar == "\\", open != "'" {
                isEscaped = true
            } else if scalar == open {
                open = nil
            } else if open == nil, scalar == "'" || scalar == "\"" {
                open = scalar
                hasJustOpened = true
            }
        }
    }
}
