package import Verdicts

/// One rule of a probe that a file describes: when a field's value is a finding.
package struct ProbeRule: Codable, Hashable, Sendable {
    /// When the rule finds something.
    package enum Comparison: String, CaseIterable, Codable, Hashable, Sendable {
        /// The value is one of these.
        case equals = "is"
        /// The value is none of these.
        case differs = "is_not"
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
    func applies(to value: String?) -> Bool? {
        let value = value ?? ""
        switch comparison {
        case .missing: return value.isEmpty
        case .equals: return values.contains(value)
        case .differs: return !values.contains(value)
        case .contains: return values.contains(where: value.contains)
        case .lacks: return !values.contains(where: value.contains)
        case .above: return compared(value) { $0 > $1 }
        case .below: return compared(value) { $0 < $1 }
        case .matches:
            guard let pattern = values.first, let expression = try? Regex(pattern) else {
                return nil
            }
            return (try? expression.wholeMatch(in: value)) != nil
        }
    }

    /// The rule in words, behind a field's value.
    var words: String {
        let list = values.joined(separator: " or ")
        return switch comparison {
        case .missing: "is missing"
        case .equals: "is \(list)"
        case .differs: "is not \(list)"
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
