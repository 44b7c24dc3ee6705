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
    private func worst(_ findings: [Finding]) -> [Finding] {
        struct Thing: Hashable {
            let code: String
            let subject: String?
        }
        var kept: [Finding] = []
        var places: [Thing: Int] = [:]
        for finding in findings {
            let thing = Thing(code: finding.code, subject: finding.subject)
            guard let place = places[thing] else {
                places[thing] = kept.count
                kept.append(finding)
                continue
            }
            if kept[place].severity < finding.severity { kept[place] = finding }
        }
        return kept
    }

    /// The fields of a part; a name that the part lacks is looked up among the node's fields.
    private struct Fields {
        let node: [String: FactValue]
        var part: [String: FactValue] = [:]

        subscript(_ name: String) -> FactValue? { part[name] ?? node[name] }
    }

    private func findings(_ rule: ProbeRule) -> [Finding] {
        var found: [Finding] = []
        let test = rule.test()
        let isOfRows = answer.rows.contains { $0.fields[rule.field] != nil }
        if !isOfRows || answer.fields[rule.field] != nil {
            found += finding(rule, test, Fields(node: answer.fields), subject: nil)
        }
        if isOfRows {
            found += answer.rows.flatMap { row in
                finding(
                    rule, test, Fields(node: answer.fields, part: row.fields),
                    subject: row.subject)
            }
        }
        return found
    }

    private func finding(
        _ rule: ProbeRule, _ test: ProbeRule.Test, _ fields: Fields, subject: String?
    ) -> [Finding] {
        let value = fields[rule.field]?.word
        if value ?? "" == "", rule.comparison != .missing {
            guard !rule.isOptional else { return [] }
            return [unknown(rule.field, subject, "\(rule.field) is not in the answer")]
        }
        guard let applies = test(value) else {
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
    private func filled(
        _ text: String, _ fields: Fields, _ word: (String) -> String
    ) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = String(rest[rest.index(after: open)..<close])
            result += rest[..<open]
            result += fields[name]?.word.map(word) ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
