/// One partition as slurmctld knows it.
package struct Partition: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// Whether it takes and starts jobs.
    package var state: State
    /// Whether jobs that name no partition go here.
    package var isDefault: Bool
    /// Whether it is hidden from ordinary listings.
    package var isHidden: Bool
    /// Whether root's jobs are refused (DisableRootJobs).
    package var refusesRoot: Bool
    /// Whether only root may submit (RootOnly).
    package var isRootOnly: Bool
    /// Its nodes as a hostlist, as configured.
    package var nodes: String
    /// The nodes it holds.
    package var nodeCount: Int
    /// The CPUs it holds.
    package var cpuCount: Int
    /// The longest time a job may run, in minutes; nil means no limit.
    package var maxMinutes: Int?

    /// Makes a partition.
    package init(
        name: String, state: State = .up, isDefault: Bool = false, isHidden: Bool = false,
        refusesRoot: Bool = false, isRootOnly: Bool = false, nodes: String = "",
        nodeCount: Int = 0, cpuCount: Int = 0, maxMinutes: Int? = nil
    ) {
        self.name = name
        self.state = state
        self.isDefault = isDefault
        self.isHidden = isHidden
        self.refusesRoot = refusesRoot
        self.isRootOnly = isRootOnly
        self.nodes = nodes
        self.nodeCount = nodeCount
        self.cpuCount = cpuCount
        self.maxMinutes = maxMinutes
    }

    /// What a partition does with jobs.
    package enum State: String, Hashable, Sendable {
        /// Takes and starts jobs.
        case up
        /// Takes jobs, starts none.
        case down
        /// Takes no new jobs, starts those it has.
        case drain
        /// Takes none, starts none.
        case inactive
    }
}
