package import Verdicts

/// What is known about a kind of finding, independent of the node.
package struct GPUFindingKind: Hashable, Sendable {
    /// The stable name, such as `gpu.remap_pending`.
    package var code: String
    /// The check that finds it.
    package var check: GPUCheckName
    /// Its highest severity, before the configuration changes it; ``meaning`` names the lower ones.
    package var severity: Severity
    /// What it means, in a sentence.
    package var meaning: String
    /// Where the rule and its limit come from.
    package var source: String
    /// What to do about it.
    package var action: String

    /// Makes a kind.
    package init(
        _ code: String, _ check: GPUCheckName, _ severity: Severity, _ meaning: String,
        source: String, action: String
    ) {
        self.code = code
        self.check = check
        self.severity = severity
        self.meaning = meaning
        self.source = source
        self.action = action
    }
}
