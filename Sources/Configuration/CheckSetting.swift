package import Verdicts

/// What a file says about findings of one code.
package struct CheckSetting: Hashable, Sendable {
    /// What they are worth; nil where the rule decides.
    package var level: FindingPolicy.Level?
    /// The limit that the rule takes instead of its own; nil for its own.
    package var limit: Double?
    /// Of a check that a file describes: what the field is expected to say, any of them; empty where its rules decide.
    package var expected: [String] = []
    /// Where it is said.
    package var origin: SettingValue.Origin

    /// Makes a setting.
    package init(
        level: FindingPolicy.Level? = nil, limit: Double? = nil, from origin: SettingValue.Origin
    ) {
        self.level = level
        self.limit = limit
        self.origin = origin
    }

    /// The setting in words, such as `warn, limit 200`.
    package var words: String {
        let limit = limit.map { value in
            "limit " + (Int(exactly: value).map(String.init) ?? "\(value)")
        }
        let expected = expected.isEmpty ? nil : "expect " + expected.joined(separator: " or ")
        return [level?.rawValue, limit, expected].compactMap(\.self).joined(separator: ", ")
    }
}
