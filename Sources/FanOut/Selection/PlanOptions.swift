/// What the user and the probe require of the launcher and the jobs.
package struct PlanOptions: Hashable, Sendable {
    /// The launcher asked for.
    package var via = LauncherChoice.auto
    /// What to do about a node that others use; nil takes what suits the probe.
    package var onBusy: BusyPolicy?
    /// What the probe does to a node.
    package var use = NodeUse.unknown
    /// Whether drained nodes are reached too, by the direct launcher.
    package var includeDrained = false
    /// Whether powered-down nodes may be woken.
    package var powerUp = false
    /// Whether the jobs name a reservation, which lets them use its nodes.
    package var namesReservation = false
    /// Whether the user asked for whole nodes.
    package var isExclusive = false
    /// The partitions the jobs may go to; empty for any.
    package var partitions: [String] = []

    /// Whether the payload only looks and usually ends within seconds, so that many nodes may be asked at once.
    package var isBrief = false
    /// Whether this machine has the program that starts steps.
    package var hasSteps = false
    /// Whether the caller asked for something that only a job has, such as an account.
    package var wantsJobs = false
    /// Whether nodes hide devices from whoever did not ask Slurm for them, and the payload needs devices.
    package var needsDevices = false
    /// Whether the command may run for a short time only, and nobody waits to see its output while it runs.
    package var isShort = false

    /// Makes options that ask for nothing special.
    package init() {}

    /// What to do about a node that others use.
    var busyPolicy: BusyPolicy {
        onBusy ?? (use == .reads ? .run : .wait)
    }

    /// Whether a job must have its node to itself.
    var needsWholeNode: Bool {
        isExclusive || (use == .changes && busyPolicy != .run)
    }
}

/// What happens to a node that other jobs occupy.
package enum BusyPolicy: String, CaseIterable, Codable, Hashable, Sendable {
    /// The payload waits for the node, at most as long as `--wait` allows.
    case wait
    /// The payload runs beside the jobs.
    case run
    /// Nothing is sent.
    case skip
}

/// How the caller wants payloads to reach the nodes.
package enum LauncherChoice: String, CaseIterable, Codable, Hashable, Sendable {
    /// Whatever reaches the node: a job, and for root and SlurmUser `direct` where a job cannot.
    case auto
    /// A batch job per node, answering through the run directory.
    case job
    /// An `srun` per node, answering on its standard output: no shared storage is needed.
    case srun
    /// An `srun` without an allocation: reaches busy and drained nodes at once, for root and SlurmUser.
    case direct
}

/// What a probe does to its node, which decides whether it may run beside other people's jobs.
package enum NodeUse: String, Codable, Hashable, Sendable {
    /// It only looks: it may run beside jobs.
    case reads
    /// It is the user's own command: it runs where Slurm gives it a place.
    case unknown
    /// It changes the node: it waits until no job runs there.
    case changes
}
