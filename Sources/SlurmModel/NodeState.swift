/// The state of a node in slurmctld: one base state and every flag that is set.
///
/// Slurm's own tools show the base state and a single suffix; a drained node that does not respond is both, and fleet
/// shows both.
package struct NodeState: Codable, Hashable, Sendable {
    /// The base state.
    package var base: Base
    /// The flags, in the order of ``Flag``'s cases.
    package var flags: [Flag]
    /// Slurm's own names for the state; nil when libslurm was not asked, as in the journals of older runs.
    package var names: NodeStateNames?

    /// Makes a state from a base state and its flags, in any order.
    package init(base: Base, flags: some Sequence<Flag> = [], names: NodeStateNames? = nil) {
        self.base = base
        self.names = names
        let set = Set(flags)
        self.flags = Flag.allCases.filter(set.contains)
    }

    /// Whether a flag is set.
    package func has(_ flag: Flag) -> Bool {
        flags.contains(flag)
    }

    /// The state in lower case with every flag, as in `idle+drain+not_responding`.
    package var text: String {
        ([base.rawValue] + flags.map(\.rawValue)).joined(separator: "+")
    }
}

extension NodeState {
    /// The node states that exclude each other.
    package enum Base: String, CaseIterable, Codable, Hashable, Sendable {
        case unknown, down, idle, allocated, error, mixed, future
    }

    /// The flags that may be set in addition to a base state; the names are those of `sinfo --json`, in lower case.
    package enum Flag: String, CaseIterable, Codable, Hashable, Sendable {
        case drain
        case notResponding = "not_responding"
        case fail
        case completing
        case poweredDown = "powered_down"
        case poweringDown = "powering_down"
        case poweringUp = "powering_up"
        case powerDown = "power_down"
        case powerUp = "power_up"
        case powerDrain = "power_drain"
        case maintenance
        case reserved
        case planned
        case rebootRequested = "reboot_requested"
        case rebootIssued = "reboot_issued"
        case rebootCancel = "reboot_cancel"
        case invalidRegistration = "invalid_reg"
        case cloud
        case dynamicFuture = "dynamic_future"
        case dynamicNorm = "dynamic_norm"
        case net
        case external
        case blocked
        case resume
        case undrain
    }
}
