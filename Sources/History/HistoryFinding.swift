package import Verdicts

/// A finding as the history keeps it.
package struct HistoryFinding: Codable, Hashable, Sendable {
    /// How much it weighs.
    package var severity: Severity
    /// A stable name for programs, such as `gpu.count`.
    package var code: String
    /// What it is about; nil for the node itself.
    package var subject: String?
    /// What was seen, in one line.
    package var message: String
    /// What the check said to do; nil where it said nothing, and in rows of fleets that did not keep it.
    package var remedy: String?

    /// The longest message that is kept, in characters: evidence is quoted in it, and a run has thousands.
    package static let messageLimit = 400

    /// Keeps a finding.
    package init(_ finding: Finding) {
        severity = finding.severity
        code = finding.code
        subject = finding.subject
        message = Self.cut(finding.message)
        remedy = finding.remedy.map(Self.cut)
    }

    /// The finding as a probe gives it.
    package var finding: Finding {
        Finding(severity, code: code, subject: subject, message: message, remedy: remedy)
    }

    /// One line for people: `SUBJECT: MESSAGE`.
    package var text: String { (subject.map { "\($0): " } ?? "") + message }

    /// A text of at most ``messageLimit`` characters.
    package static func cut(_ text: String) -> String {
        text.count > messageLimit ? text.prefix(messageLimit - 3) + "..." : text
    }
}
