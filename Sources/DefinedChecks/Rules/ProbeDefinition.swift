package import Verdicts

/// A probe that a user defined in a file: the script for the node, how to read its answer, and the rules.
package struct ProbeDefinition: Codable, Hashable, Sendable {
    /// How the payload's standard output is read.
    package enum Output: String, CaseIterable, Codable, Hashable, Sendable {
        /// A line `KEY=VALUE` for each field.
        case keyValue = "key=value"
        /// One JSON document.
        case json
        /// A line of column names, then one row per part, with columns separated by spaces.
        case table
    }

    /// What the payload does to its node.
    package enum Mode: String, CaseIterable, Codable, Hashable, Sendable {
        /// It only looks.
        case reads
        /// It changes the node: it waits until no job runs there.
        case changes
    }

    /// A field whose value must be the same on most nodes.
    package struct Common: Codable, Hashable, Sendable {
        /// The field.
        package var field: String
        /// The severity of a value that differs.
        package var severity: Severity
        /// What to do about a value that differs.
        package var remedy: String?

        /// Makes a field that nodes have in common.
        package init(_ field: String, severity: Severity = .warn, remedy: String? = nil) {
            self.field = field
            self.severity = severity
            self.remedy = remedy
        }
    }

    /// Its name: lower-case letters, digits, `-` and `_`.
    package var name: String
    /// Its purpose in a sentence.
    package var summary: String
    /// What it does to a node.
    package var mode = Mode.reads
    /// Whether it runs as root, through password-less sudo where the user is not root.
    package var wantsRoot = false
    /// Whether it is a part of `fleet health`; nil where its file does not say.
    package var isPartOfHealth: Bool?
    /// Seconds it may run.
    package var timeout = 30
    /// The POSIX shell script that runs on the node.
    package var script: String
    /// How its standard output is read.
    package var output = Output.keyValue
    /// The column, or the JSON key, that names what a row is about; nil for a table's first column.
    package var subject: String?
    /// The rules for its answer.
    package var rules: [ProbeRule] = []
    /// The fields that should be the same on most nodes.
    package var baseline: [Common] = []

    /// Makes a probe without rules.
    package init(name: String, summary: String, script: String) {
        self.name = name
        self.summary = summary
        self.script = script
    }

    /// The probe with another expectation for a field, in place of the rules in its file that compare that field.
    ///
    /// A field that is missing in the answer is then `unknown`, as with every rule.
    ///
    /// - Parameters:
    ///   - field: The field.
    ///   - values: The allowed values; one that ends in `*` stands for all values with that beginning.
    /// - Returns: The probe with a rule that fails for any other value.
    package func expecting(_ field: String, _ values: [String]) -> ProbeDefinition {
        var result = self
        let texts: [ProbeRule.Comparison] = [.equals, .differs, .unlike]
        let place = rules.firstIndex { $0.field == field && texts.contains($0.comparison) }
        let remedy = place.flatMap { rules[$0].remedy }
        result.rules.removeAll { $0.field == field && texts.contains($0.comparison) }
        let expected = values.joined(separator: " or ")
        result.rules.insert(
            ProbeRule(
                field, .unlike, values,
                message: "\(field) is {\(field)} where \(expected) is expected",
                remedy: remedy),
            at: min(place ?? 0, result.rules.count))
        return result
    }

    /// The code of a finding of this probe.
    package func code(_ topic: String) -> String { "check.\(name).\(topic)" }

    /// The codes of all findings that it can have.
    package var codes: [String] {
        ["answer", "unread", "exit"].map(code) + rules.map { code($0.field) }
            + baseline.map { code("odd.\($0.field)") }
    }
}
