import Configuration
import Verdicts
import Yams

/// Reads the rules of a probe's file.
enum ProbeRuleReader {
    private static let own = ["field", "severity", "message", "remedy", "optional"]

    /// Reads one rule: a field, one comparison, and the finding.
    ///
    /// - Throws: A ``ConfigurationError`` that names file, line and key.
    static func rule(_ node: Node, origin: String) throws(ConfigurationError) -> ProbeRule {
        let comparisons = ProbeRule.Comparison.allCases
        let rule = try YAMLMapping(
            node, name: "a rule", origin: origin, keys: own + comparisons.map(\.rawValue))
        let field = try rule.required("field")
        let given = comparisons.filter { rule.node($0.rawValue) != nil }
        guard let comparison = given.first, given.count == 1 else {
            let words = comparisons.map(\.rawValue).joined(separator: ", ")
            throw rule.problem("field", "\(field) needs exactly one of \(words)")
        }
        return ProbeRule(
            field, comparison, try values(rule, comparison),
            severity: try rule.choice("severity", Severity.self) ?? .fail,
            message: try rule.text("message"), remedy: try rule.text("remedy"),
            isOptional: try rule.flag("optional") ?? false)
    }

    /// Reads one field that is compared between nodes: its name, or a mapping.
    ///
    /// - Throws: A ``ConfigurationError`` that names file, line and key.
    static func common(
        _ node: Node, origin: String
    ) throws(ConfigurationError) -> ProbeDefinition.Common {
        if let field = node.scalar?.string, !field.isEmpty { return ProbeDefinition.Common(field) }
        let common = try YAMLMapping(
            node, name: "an entry of baseline", origin: origin,
            keys: ["field", "severity", "remedy"])
        return ProbeDefinition.Common(
            try common.required("field"),
            severity: try common.choice("severity", Severity.self) ?? .warn,
            remedy: try common.text("remedy"))
    }

    private static func values(
        _ rule: YAMLMapping, _ comparison: ProbeRule.Comparison
    ) throws(ConfigurationError) -> [String] {
        let key = comparison.rawValue
        switch comparison {
        case .missing:
            guard try rule.flag(key) == true else { throw rule.problem(key, "must be true") }
            return []
        case .above, .below:
            let text = try rule.required(key)
            // As the values are read: Double alone takes 0x10 too, with which nothing would be compared.
            guard FactValue.string(text).number?.isFinite == true else {
                throw rule.problem(key, "must be a number, not '\(text)'")
            }
            return [text]
        case .matches:
            let text = try rule.required(key)
            guard ProbeRule.expression(text) != nil else {
                throw rule.problem(
                    key,
                    "must be a regular expression of at most 1,024 bytes and 32 brackets within each other, not '\(text.prefix(200))'"
                )
            }
            return [text]
        case .equals, .differs, .unlike, .contains, .lacks:
            guard rule.node(key)?.sequence != nil else { return [try rule.required(key)] }
            let texts = try rule.list(key).compactMap { $0.scalar?.string }
            guard !texts.isEmpty, texts.count == (try rule.list(key)).count else {
                throw rule.problem(key, "must be a text or a list of texts")
            }
            if comparison == .contains || comparison == .lacks, texts.contains("") {
                throw rule.problem(key, "must have no empty text, which every text contains")
            }
            return texts
        }
    }
}
