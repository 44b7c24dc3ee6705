package import Verdicts

/// One rule of a user's probe: for which values of a field there is a finding.
package struct ProbeRule: Codable, Hashable, Sendable {
    /// When the rule finds something.
    package enum Comparison: String, CaseIterable, Codable, Hashable, Sendable {
        /// The value is one of these.
        case equals = "is"
        /// The value is none of these.
        case differs = "is_not"
        /// The value is none of these; one that ends in `*` stands for all values with that beginning.
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
    /// The values that the field is compared with; empty for `missing`.
    package var values: [String]
    /// The severity of the finding.
    package var severity: Severity
    /// The finding's text in one line, with `{FIELD}` for a field's value; nil for a text made by fleet.
    package var message: String?
    /// What to do about it.
    package var remedy: String?
    /// Whether the field may be missing; otherwise a missing field is a finding with the severity `unknown`.
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

    /// Whether a value violates the rule; nil when the value has a form that the rule cannot compare.
    typealias Test = (_ value: String?) -> Bool?

    /// The longest text that a regular expression is applied to, in bytes: with some expressions, the time grows far
    /// faster than the text.
    static let longestMatch = 512

    /// The rule in a form that can be applied to many values.
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

    /// The rule for JSON's truth values, which read `yes` and `no`: a file may call them true and false too.
    var ofFlags: ProbeRule {
        var rule = self
        rule.values = values.map { ["true": "yes", "false": "no"][$0] ?? $0 }
        return rule
    }

    /// Reads a regular expression of a size that is safe: Swift's reader calls itself for every bracket, until its stack is
    /// used up.
    ///
    /// - Parameter pattern: At most 1,024 bytes, with at most 32 more brackets opened than closed.
    /// - Returns: The expression; nil for what is none, and for one that is too large or too deeply nested.
    static func expression(_ pattern: String) -> Regex<AnyRegexOutput>? {
        var (depth, isEscaped) = (0, false)
        for byte in pattern.utf8 {
            guard !isEscaped else {
                isEscaped = false
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth = max(0, depth - 1)
            default: break
            }
            guard depth <= 32 else { return nil }
        }
        return pattern.utf8.count <= 1_024 ? try? Regex(pattern) : nil
    }

    private static func isLike(_ value: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? value.hasPrefix(pattern.dropLast()) : value == pattern
    }

    private func matcher() -> Test {
        guard let pattern = values.first, let expression = Self.expression(pattern) else {
            return { _ in nil }
        }
        return { value in
            let value = value ?? ""
            guard value.utf8.count <= Self.longestMatch else { return nil }
            return (try? expression.wholeMatch(in: value)) != nil
        }
    }

    /// The rule in words, to follow a field's value.
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
