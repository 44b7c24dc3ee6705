import Acting
package import SlurmModel

/// What some nodes, such as those of one partition, have, and how much of it jobs hold.
package struct PartitionUsage: Hashable, Sendable {
    /// The nodes slurmctld shows.
    package private(set) var nodes = 0
    /// The CPUs configured.
    package private(set) var cpus = 0
    /// The CPUs allocated to jobs.
    package private(set) var cpusAllocated = 0
    /// The GPUs configured, of all types.
    package private(set) var gpus = 0
    /// The GPUs allocated to jobs.
    package private(set) var gpusUsed = 0
    /// The GPUs that a job could get now.
    package private(set) var gpusFree = 0
    /// The GPUs that a job could get once their node is powered up.
    package private(set) var gpusAsleep = 0

    /// The GPUs that no job holds and none can get: their node is down, drained or in maintenance.
    package private(set) var gpusUnavailable = 0

    /// Nothing.
    package init() {}

    /// Adds one node.
    package mutating func add(_ node: Node) {
        nodes += 1
        cpus += node.cpus.total
        cpusAllocated += node.cpus.allocated
        guard !node.gpus.isEmpty else { return }
        gpus += node.gpus.reduce(0) { $0 + $1.total }
        gpusUsed += node.gpus.reduce(0) { $0 + $1.used }
        // By type: more of one may be in use than are configured any more, which takes none of another.
        let rest = node.gpus.reduce(0) { $0 + max(0, $1.total - $1.used) }
        if !node.state.takesJobs {
            gpusUnavailable += rest
        } else if node.state.isAsleep || node.state.has(.powerDown) {
            // No job gets the rest of one that is to be powered down before it is back.
            gpusAsleep += rest
        } else {
            gpusFree += rest
        }
    }

    /// Adds up nodes.
    package static func sum(of nodes: some Sequence<Node>) -> PartitionUsage {
        nodes.reduce(into: PartitionUsage()) { $0.add($1) }
    }
}
