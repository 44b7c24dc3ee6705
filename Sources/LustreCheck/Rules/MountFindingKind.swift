package import Verdicts

/// What is known about a kind of finding of check-mount, independent of the node.
package struct MountFindingKind: Hashable, Sendable {
    /// The stable name, such as `mount.hung`.
    package var code: String
    /// The worst state of the mount with this finding; with a lower severity the mount is degraded.
    package var state: MountState
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
        _ code: String, _ state: MountState, _ severity: Severity, _ meaning: String,
        source: String, action: String
    ) {
        self.code = "mount." + code
        self.state = state
        self.severity = severity
        self.meaning = meaning
        self.source = source
        self.action = action
    }
}
