/// One node as slurmctld knows it.
///
/// Fields that Slurm has no value for are nil, never 0.
package struct Node: Codable, Hashable, Sendable {
    /// The name Slurm calls it by.
    package var name: String
    /// The name the node calls itself by.
    package var hostname: String?
    /// The name or address by which Slurm's daemons reach it (NodeAddr).
    package var address: String?
    /// The cloud's id of the instance (since Slurm 23.11).
    package var instanceID: String?
    /// The partitions that hold it, in slurmctld's order.
    package var partitions: [String]
    /// Base state and flags.
    package var state: NodeState
    /// CPUs configured and allocated.
    package var cpus: CPUs
    /// Memory in MiB.
    package var memory: Memory
    /// GPUs by type; empty for a node without GPUs.
    package var gpus: [GPUCount]
    /// Every generic resource it is configured with, GPUs included, in Slurm's order.
    package var gres: [GRES]
    /// Why it is down or drained.
    package var reason: NodeReason?
    /// The features that are active now.
    package var features: [String]
    /// When the node booted, in seconds since 1970.
    package var bootTime: Int?
    /// When its slurmd started, in seconds since 1970.
    package var slurmdStart: Int?
    /// When it last had a job, in seconds since 1970.
    package var lastBusy: Int?
    /// The release of its slurmd.
    package var version: String?
    /// Everything else that slurmctld reports about it.
    @Indirect package var details: NodeDetails

    /// Makes a node; only the name is required, so that tests name only what they need.
    package init(
        name: String, hostname: String? = nil, address: String? = nil, instanceID: String? = nil,
        partitions: [String] = [],
        state: NodeState = NodeState(base: .idle),
        cpus: CPUs = CPUs(total: 1, allocated: 0), memory: Memory = Memory(total: 1, allocated: 0),
        gpus: [GPUCount] = [], gres: [GRES] = [], reason: NodeReason? = nil,
        features: [String] = [], bootTime: Int? = nil, slurmdStart: Int? = nil,
        lastBusy: Int? = nil, version: String? = nil,
        details: NodeDetails = NodeDetails()
    ) {
        self.name = name
        self.hostname = hostname
        self.address = address
        self.instanceID = instanceID
        self.partitions = partitions
        self.state = state
        self.cpus = cpus
        self.memory = memory
        self.gpus = gpus
        self.gres = gres
        self.reason = reason
        self.features = features
        self.bootTime = bootTime
        self.slurmdStart = slurmdStart
        self.lastBusy = lastBusy
        self.version = version
        self.details = details
    }

    /// Shares details with other nodes as one object, because most nodes of a cluster have equal details.
    package mutating func share(_ details: Indirect<NodeDetails>) {
        _details = details
    }

    /// Whether both nodes have the same details object, or equal details.
    package func hasDetails(of other: Node) -> Bool {
        _details == other._details
    }
}

extension Node {
    /// A node's CPUs.
    package struct CPUs: Codable, Hashable, Sendable {
        /// The CPUs configured.
        package var total: Int
        /// The CPUs allocated to jobs.
        package var allocated: Int
        /// The CPUs that jobs may use: the configured ones without the specialized ones; nil before Slurm 22.05.
        package var effective: Int?
        /// The load average of the last minute; nil when the node never reported it.
        package var load: Double?

        /// Makes CPU counts.
        package init(total: Int, allocated: Int, effective: Int? = nil, load: Double? = nil) {
            self.total = total
            self.allocated = allocated
            self.effective = effective
            self.load = load
        }
    }

    /// A node's memory, in MiB.
    package struct Memory: Codable, Hashable, Sendable {
        /// The memory configured, in MiB.
        package var total: Int
        /// The memory allocated to jobs, in MiB.
        package var allocated: Int
        /// Free memory by the operating system's count, in MiB; nil when the node never reported it.
        package var free: Int?

        /// Makes memory figures, in MiB.
        package init(total: Int, allocated: Int, free: Int? = nil) {
            self.total = total
            self.allocated = allocated
            self.free = free
        }
    }
}

/// Why a node is down or drained, with the user who set the reason and the time.
package struct NodeReason: Codable, Hashable, Sendable {
    /// The text as it was set; it may contain anything, control characters included.
    package var text: String
    /// The user who set it: a name, or the number when it has no name.
    package var user: String?
    /// When it was set, in seconds since 1970.
    package var time: Int?

    /// Makes a reason.
    package init(text: String, user: String? = nil, time: Int? = nil) {
        self.text = text
        self.user = user
        self.time = time
    }
}
