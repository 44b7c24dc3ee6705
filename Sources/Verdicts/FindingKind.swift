/// What is known about a kind of finding, independent of the node.
package struct FindingKind: Hashable, Sendable {
    /// The stable name, such as `gpu.odd.vbios`.
    package var code: String
    /// Its highest severity, before the configuration changes it.
    package var severity: Severity
    /// What it means, in a sentence.
    package var meaning: String
    /// Where the rule and its limit come from.
    package var source: String
    /// What to do about it.
    package var action: String

    /// Makes a kind.
    package init(
        _ code: String, _ severity: Severity, _ meaning: String, source: String, action: String
    ) {
        self.code = code
        self.severity = severity
        self.meaning = meaning
        self.source = source
        self.action = action
    }
}
