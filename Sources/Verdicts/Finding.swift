/// One observation about a node: how bad, about what, on which evidence, and what to do.
package struct Finding: Codable, Hashable, Sendable {
    /// How much it weighs.
    package var severity: Severity
    /// A stable name for programs, such as `gpu.count` or `mount.not_mounted`.
    package var code: String
    /// What it is about, such as `GPU 3 (0000:a1:00.0)` or `/lustre`; nil for the node itself.
    package var subject: String?
    /// What was seen, with the evidence, in one line.
    package var message: String
    /// What to do; nil where nothing is to be done.
    package var remedy: String?

    /// Makes a finding.
    package init(
        _ severity: Severity, code: String, subject: String? = nil, message: String,
        remedy: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.subject = subject
        self.message = message
        self.remedy = remedy
    }

    /// One line for people: `SUBJECT: MESSAGE -> REMEDY`.
    package var text: String {
        let about = subject.map { "\($0): " } ?? ""
        let action = remedy.map { " -> \($0)" } ?? ""
        return about + message + action
    }
}
