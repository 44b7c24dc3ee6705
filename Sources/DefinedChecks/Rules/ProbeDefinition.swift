package import Verdicts

/// A probe that somebody described in a file: what runs on a node, how its answer is read, and what it means.
package struct ProbeDefinition: Codable, Hashable, Sendable {
    /// How the payload's standard output is read.
    package enum Output: String, CaseIterable, Codable, Hashable, Sendable {
        /// A line `KEY=VALUE` for each field.
        case keyValue = "key=value"
        /// One JSON document.
        case json
        /// A heading of names, then a row per thing, in columns between blanks.
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
        /// What a value that differs is worth.
        package var severity: Severity
        /// What to do where it differs.
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
    /// What it is for, in a sentence.
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
    /// What is wrong when.
    package var rules: [ProbeRule] = []
    /// What most nodes have in common.
    package var baseline: [Common] = []

    /// Makes a probe without rules.
    package init(name: String, summary: String, script: String) {
        self.name = name
        self.summary = summary
        self.script = script
    }

    /// The code of a finding of this probe.
    package func code(_ topic: String) -> String { "check.\(name).\(topic)" }

    /// The codes of all findings that it can have.
    package var codes: [String] {
        ["answer", "unread", "exit"].map(code) + rules.map { code($0.field) }
            + baseline.map { code("odd.\($0.field)") }
    }
}
