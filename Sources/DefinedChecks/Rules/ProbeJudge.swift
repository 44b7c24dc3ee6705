import SlurmModel
import Verdicts

/// Judges one node's answer to a defined probe by the probe's own rules.
struct ProbeJudge: Sendable {
    let definition: ProbeDefinition
    let answer: ProbeAnswer

    /// What the rules find.
    func findings() -> [Finding] {
        let problem = answer.problem.map { words in
            Finding(
                .unknown, code: definition.code("answer"),
                message: "the answer cannot be read: \(words)",
                remedy: "see the node's output with --format json")
        }
        // Where nothing came, one finding says it all.
        if let problem, answer.fields.isEmpty, answer.rows.isEmpty { return [problem] }
        return [problem].compactMap(\.self) + worst(definition.rules.flatMap(findings)) + unread()
    }

    /// Of several rules about the same thing the worst that applies: 96 % used is no second finding above 85 %.
    private func worst(_ findings: [Finding]) -> [Finding] {
        var kept: [Finding] = []
        for finding in findings {
            let place = kept.firstIndex {
                $0.code == finding.code && $0.subject == finding.subject
            }
            guard let place else {
                kept.append(finding)
                continue
            }
            if kept[place].severity < finding.severity { kept[place] = finding }
        }
        return kept
    }

    private func findings(_ rule: ProbeRule) -> [Finding] {
        var found: [Finding] = []
        let isOfRows = answer.rows.contains { $0.fields[rule.field] != nil }
        if !isOfRows || answer.fields[rule.field] != nil {
            found += finding(rule, answer.fields, subject: nil)
        }
        if isOfRows {
            found += answer.rows.flatMap { row in
                finding(
                    rule, answer.fields.merging(row.fields) { $1 }, subject: row.subject)
            }
        }
        return found
    }

    private func finding(
        _ rule: ProbeRule, _ fields: [String: FactValue], subject: String?
    ) -> [Finding] {
        let value = fields[rule.field]?.word
        if value ?? "" == "", rule.comparison != .missing {
            guard !rule.isOptional else { return [] }
            return [unknown(rule.field, subject, "\(rule.field) is not in the answer")]
        }
        guard let applies = rule.applies(to: value) else {
            return [unknown(rule.field, subject, "\(rule.field) '\(value ?? "")' is no number")]
        }
        guard applies else { return [] }
        let own = "\(rule.field)\(value.map { " \($0)" } ?? "") \(rule.words)"
        return [
            Finding(
                rule.severity, code: definition.code(rule.field), subject: subject,
                message: rule.message.map { filled($0, fields) } ?? own,
                remedy: rule.remedy.map { filled($0, fields) })
        ]
    }

    private func unknown(_ field: String, _ subject: String?, _ words: String) -> Finding {
        Finding(
            .unknown, code: definition.code("unread"), subject: subject, message: words,
            remedy: "see the node's output with --format json")
    }

    /// Fields that are compared between nodes, and are not in the answer.
    private func unread() -> [Finding] {
        let ruled = Set(definition.rules.map(\.field))
        return definition.baseline.map(\.field)
            .filter { !ruled.contains($0) && !answer.knows($0) }
            .map { unknown($0, nil, "\($0) is not in the answer") }
    }

    /// A text with the values of the fields it names in braces.
    private func filled(_ text: String, _ fields: [String: FactValue]) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = String(rest[rest.index(after: open)..<close])
            result += rest[..<open]
            result += fields[name]?.word ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
