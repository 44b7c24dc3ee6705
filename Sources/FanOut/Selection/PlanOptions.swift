/// What the user and the probe ask of the way to the nodes.
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
    /// Whether the jobs name a reservation, which opens its nodes to them.
    package var namesReservation = false
    /// Whether the jobs take whole nodes anyway.
    package var isExclusive = false
    /// The partitions the jobs may go to; empty for any.
    package var partitions: [String] = []

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
