/// One partition as slurmctld knows it.
package struct Partition: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// Whether it accepts and starts jobs.
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
    /// The flags except default, hidden, root only and no root, in the order of ``Flag``'s cases.
    package var flags: [Flag] = []
    /// The limits of its jobs.
    package var limits = PartitionLimits()
    /// Who may use it.
    package var access = PartitionAccess()
    /// Its own quality of service.
    package var qos: String?
    /// What happens to its jobs that are preempted, as Slurm writes it: `OFF`, `REQUEUE`, `GANG,SUSPEND`.
    package var preemptMode: String?
    /// How jobs share its resources, as Slurm writes it: `NO`, `EXCLUSIVE`, `YES:4`, `FORCE:1`.
    package var oversubscribe: String?
    /// Its priority tier: jobs of a higher tier are scheduled before those of a lower one.
    package var priorityTier: Int?
    /// Its weight in its jobs' priority.
    package var priorityJobFactor: Int?
    /// The partition that gets its jobs while it is drained or inactive.
    package var alternate: String?
    /// The idle time before its nodes are powered down, in seconds; nil takes the cluster's setting.
    package var suspendSeconds: SlurmLimit?
    /// The time its nodes may take to power down, in seconds; nil takes the cluster's setting.
    package var suspendTimeoutSeconds: SlurmLimit?
    /// The time its nodes may take to power up, in seconds; nil takes the cluster's setting.
    package var resumeTimeoutSeconds: SlurmLimit?
    /// The trackable resources of its nodes, as Slurm writes them.
    package var tres: String?
    /// The weights its resources are billed with, as Slurm writes them.
    package var billingWeights: String?
    /// The node sets it is made of, as configured.
    package var nodeSets: String?
    /// Its topology (since Slurm 25.05).
    package var topology: String?

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

    /// Whether a partition accepts and starts jobs.
    package enum State: String, Hashable, Sendable {
        /// Accepts and starts jobs.
        case up
        /// Accepts jobs, but starts none.
        case down
        /// Accepts no new jobs, but starts those it has.
        case drain
        /// Neither accepts nor starts jobs.
        case inactive
    }

    /// Further settings of a partition; the names are those of Slurm's configuration, in lower case.
    package enum Flag: String, CaseIterable, Hashable, Sendable {
        /// Jobs must name a reservation.
        case requiresReservation = "req_resv"
        /// Jobs go to the nodes of least load.
        case leastLoadedNodes = "lln"
        /// All jobs on a node belong to the same user.
        case exclusiveUser = "exclusive_user"
        /// A node is powered down as soon as it is idle (since Slurm 23.02).
        case powerDownOnIdle = "power_down_on_idle"
        /// Each part of the topology runs only one job at a time (since Slurm 24.05).
        case exclusiveTopology = "exclusive_topo"
    }
}

/// A number in Slurm that may also mean "without limit"; an optional one is nil when it is not set and the cluster's
/// setting counts.
package enum SlurmLimit: Codable, Hashable, Sendable {
    /// The limit.
    case value(Int)
    /// No limit, or never.
    case unlimited
}

/// Who may use a partition; nil means that a list is not set, and so allows everybody and denies nobody.
package struct PartitionAccess: Hashable, Sendable {
    /// The accounts allowed.
    package var allowedAccounts: [String]?
    /// The groups allowed.
    package var allowedGroups: [String]?
    /// The qualities of service allowed.
    package var allowedQOS: [String]?
    /// The nodes that jobs may be submitted from, as a hostlist.
    package var allowedSubmitNodes: String?
    /// The denied accounts; ignored when a list of allowed accounts is set.
    package var deniedAccounts: [String]?
    /// The denied qualities of service; ignored when a list of allowed ones is set.
    package var deniedQOS: [String]?

    /// Access without any list.
    package init() {}
}
