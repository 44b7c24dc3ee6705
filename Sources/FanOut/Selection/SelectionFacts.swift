package import SlurmModel

/// What a selection needs to know: slurmctld's answers, and the failed nodes of an earlier run.
package struct SelectionFacts: Sendable {
    /// All nodes, in slurmctld's order.
    package var nodes: [Node]
    /// All partitions.
    package var partitions: [Partition]
    /// All jobs; needed if ``NodeSelection/needsJobs`` is true.
    package var jobs: [Job]
    /// All reservations; needed if ``NodeSelection/needsReservations`` is true.
    package var reservations: [Reservation]
    /// The nodes that failed in the run of ``NodeSelection/failedFrom``.
    package var failed: [String]

    /// Gathers the facts.
    package init(
        nodes: [Node], partitions: [Partition], jobs: [Job] = [],
        reservations: [Reservation] = [], failed: [String] = []
    ) {
        self.nodes = nodes
        self.partitions = partitions
        self.jobs = jobs
        self.reservations = reservations
        self.failed = failed
    }
}
