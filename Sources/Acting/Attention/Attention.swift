package import Verdicts

/// One thing about a node, or about a partition, that somebody should look at.
package struct Attention: Hashable, Sendable {
    /// What it is, for programs and for the order of a table.
    package var code: Code
    /// How much it weighs; `info` is worth knowing and no reason to get up.
    package var severity: Severity
    /// What is the matter, in a few words, such as `drained by root, not responding`.
    package var what: String
    /// The reason or the figures, as they are; may hold control characters.
    package var detail: String?
    /// What to do, with `{nodes}` where the node list belongs; nil where nothing is to be done.
    package var remedy: String?
    /// Since when, in seconds since 1970; nil where Slurm does not say.
    package var since: Int?

    /// Makes an attention.
    package init(
        _ severity: Severity, _ code: Code, _ what: String, detail: String? = nil,
        remedy: String? = nil, since: Int? = nil
    ) {
        self.code = code
        self.severity = severity
        self.what = what
        self.detail = detail
        self.remedy = remedy
        self.since = since
    }

    /// What can be the matter, what weighs most first.
    package enum Code: String, CaseIterable, Hashable, Sendable {
        case invalidRegistration = "status.invalid_registration"
        case unexpectedReboot = "status.unexpected_reboot"
        case down = "status.down"
        case error = "status.error"
        case failing = "status.failing"
        case notResponding = "status.not_responding"
        case stateUnknown = "status.unknown_state"
        case check = "status.check"
        case drained = "status.drained"
        case leakedGPUs = "status.leaked_gpus"
        case load = "status.load"
        case version = "status.version"
        case partition = "status.partition"
        case memory = "status.low_memory"
        case maintenance = "status.maintenance"
        case reboot = "status.reboot"
    }
}
