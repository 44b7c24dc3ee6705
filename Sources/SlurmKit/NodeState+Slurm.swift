internal import CSlurm
import SlurmModel

extension NodeState {
    /// Reads slurmctld's bits; unknown bits are ignored.
    init(slurm bits: UInt32) {
        let base = Self.bases.first { $0.0 == bits & cslurm_node_base_mask }?.1 ?? .unknown
        self.init(
            base: base, flags: Self.flagBits.filter { $0.0 & bits != 0 }.map(\.1),
            names: NodeStateNames(slurm: bits))
    }

    private static let bases: [(UInt32, Base)] = [
        (cslurm_node_unknown, .unknown), (cslurm_node_down, .down), (cslurm_node_idle, .idle),
        (cslurm_node_allocated, .allocated), (cslurm_node_error, .error),
        (cslurm_node_mixed, .mixed), (cslurm_node_future, .future),
    ]

    private static let flagBits: [(UInt32, Flag)] = [
        (cslurm_node_drain, .drain),
        (cslurm_node_not_responding, .notResponding),
        (cslurm_node_fail, .fail),
        (cslurm_node_completing, .completing),
        (cslurm_node_powered_down, .poweredDown),
        (cslurm_node_powering_down, .poweringDown),
        (cslurm_node_powering_up, .poweringUp),
        (cslurm_node_power_down, .powerDown),
        (cslurm_node_power_up, .powerUp),
        (cslurm_node_power_drain, .powerDrain),
        (cslurm_node_maintenance, .maintenance),
        (cslurm_node_reserved, .reserved),
        (cslurm_node_planned, .planned),
        (cslurm_node_reboot_requested, .rebootRequested),
        (cslurm_node_reboot_issued, .rebootIssued),
        (cslurm_node_reboot_cancel, .rebootCancel),
        (cslurm_node_invalid_registration, .invalidRegistration),
        (cslurm_node_cloud, .cloud),
        (cslurm_node_dynamic_future, .dynamicFuture),
        (cslurm_node_dynamic_norm, .dynamicNorm),
        (cslurm_node_net, .net),
        (cslurm_node_external, .external),
        (cslurm_node_blocked, .blocked),
        (cslurm_node_resume, .resume),
        (cslurm_node_undrain, .undrain),
    ]
}

extension NodeStateNames {
    /// Asks libslurm, so that the names are those of its release.
    init(slurm bits: UInt32) {
        let complete = unsafe slurm_node_state_string_complete(bits)
        defer { unsafe cslurm_free(complete) }
        unsafe self.init(
            long: String(slurm: slurm_node_state_string(bits)) ?? "",
            compact: String(slurm: slurm_node_state_string_compact(bits)) ?? "",
            complete: String(slurm: complete) ?? "")
    }
}
