package import Verdicts

/// One rule of a probe that a file describes: when a field's value is a finding.
package struct ProbeRule: Codable, Hashable, Sendable {
    /// When the rule finds something.
    package enum Comparison: String, CaseIterable, Codable, Hashable, Sendable {
        /// The value is one of these.
        case equals = "is"
        /// The value is none of these.
        case differs = "is_not"
        /// The value is none of these, of which one that ends in `*` stands for all that begin so.
        case unlike = "is_unlike"
        /// The number is above this one.
        case above
        /// The number is below this one.
        case below
        /// The text contains one of these.
        case contains
        /// The text contains none of these.
        case lacks
        /// The whole text matches this regular expression.
        case matches
        /// The field is not there, or is empty.
        case missing
    }

    /// The field.
    package var field: String
    /// When the rule finds something.
    package var comparison: Comparison
    /// What the field is compared with: one value, or several where that makes sense; none for `missing`.
    package var values: [String]
    /// What the finding is worth.
    package var severity: Severity
    /// What is wrong, in one line, with `{FIELD}` for a field's value; nil for words of fleet's own.
    package var message: String?
    /// What to do about it.
    package var remedy: String?
    /// Whether the field may be missing; else that is a finding of its own, `unknown`.
    package var isOptional: Bool

    /// Makes a rule.
    package init(
        _ field: String, _ comparison: Comparison, _ values: [String] = [],
        severity: Severity = .fail, message: String? = nil, remedy: String? = nil,
        isOptional: Bool = false
    ) {
        self.field = field
        self.comparison = comparison
        self.values = values
        self.severity = severity
        self.message = message
        self.remedy = remedy
        self.isOptional = isOptional
    }

    /// What a value comes to; nil where it has not the form that the rule needs.
    typealias Test = (_ value: String?) -> Bool?

    /// How long a text may be that a regular expression is tried on, in bytes: the time it takes grows faster than the
    /// text, with some expressions very much so.
    static let longestMatch = 512

    /// The rule, ready for as many values as a node has.
    func test() -> Test {
        switch comparison {
        case .missing: { ($0 ?? "").isEmpty }
        case .equals: { values.contains($0 ?? "") }
        case .differs: { !values.contains($0 ?? "") }
        case .unlike: { value in !values.contains { Self.isLike(value ?? "", $0) } }
        case .contains: { values.contains(where: ($0 ?? "").contains) }
        case .lacks: { !values.contains(where: ($0 ?? "").contains) }
        case .above: { compared($0 ?? "") { $0 > $1 } }
        case .below: { compared($0 ?? "") { $0 < $1 } }
        case .matches: matcher()
        }
    }

    private static func isLike(_ value: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? value.hasPrefix(pattern.dropLast()) : value == pattern
    }

    private func matcher() -> Test {
        guard let pattern = values.first, let expression = try? Regex(pattern) else {
            return { _ in nil }
        }
        return { value in
            let value = value ?? ""
            guard value.utf8.count <= Self.longestMatch else { return nil }
            return (try? expression.wholeMatch(in: value)) != nil
        }
    }

    /// The rule in words, behind a field's value.
    var words: String {
        let list = values.joined(separator: " or ")
        return switch comparison {
        case .missing: "is missing"
        case .equals: "is \(list)"
        case .differs, .unlike: "is not \(list)"
        case .above: "is above \(list)"
        case .below: "is below \(list)"
        case .contains: "contains \(list)"
        case .lacks: "lacks \(list)"
        case .matches: "matches \(list)"
        }
    }

    private func compared(_ value: String, _ isTrue: (Double, Double) -> Bool) -> Bool? {
        guard let number = FactValue.string(value).number,
            let limit = values.first.flatMap({ FactValue.string($0).number })
        else { return nil }
        return isTrue(number, limit)
    }
}
