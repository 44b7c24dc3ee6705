package import SlurmModel
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
    /// What to do, step by step, each with `{nodes}` where the node list belongs and `{max}` where a drain of these nodes
    /// may need `--max`; empty where nothing is to be done.
    package var remedies: [String]
    /// Since when, in seconds since 1970; nil where Slurm does not say.
    package var since: Int?

    /// Makes an attention.
    package init(
        _ severity: Severity, _ code: Code, _ what: String, detail: String? = nil,
        remedy: String? = nil, remedies: [String] = [], since: Int? = nil
    ) {
        self.code = code
        self.severity = severity
        self.what = what
        self.detail = detail
        self.remedies = (remedy.map { [$0] } ?? []) + remedies
        self.since = since
    }

    /// The first of what is to be done; nil where nothing is.
    package var remedy: String? { remedies.first }

    /// The same with `{max}` filled in: where many nodes are out of service, `fleet drain` refuses the command without it.
    ///
    /// - Parameters:
    ///   - nodes: The nodes that the advice is about.
    ///   - census: The cluster's nodes.
    /// - Returns: The attention, whose commands work when they are pasted.
    package func withLimit(
        for nodes: some Sequence<Node>, of census: DrainLimit.Census
    ) -> Attention {
        guard remedies.contains(where: { $0.contains("{max}") }) else { return self }
        let needed = DrainLimit.standard.needed(taking: nodes, of: census)
        var filled = self
        filled.remedies = remedies.map {
            $0.replacing("{max}", with: needed.map { " --max \($0.out)" } ?? "")
        }
        return filled
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
        case flapping = "status.flapping"
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
