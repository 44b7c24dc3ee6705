package import Verdicts

/// What is known about a kind of finding of check-mount, whichever node has it.
package struct MountFindingKind: Hashable, Sendable {
    /// The stable name, such as `mount.hung`.
    package var code: String
    /// What the mount comes to at worst; lighter forms leave it degraded.
    package var state: MountState
    /// How much it weighs at worst, before the configuration changes it; lighter forms are in ``meaning``.
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
