import SlurmModel

/// What the nodes of one partition have, and how much of it jobs hold.
package struct PartitionUsage: Hashable, Sendable {
    /// The nodes slurmctld shows in it.
    package private(set) var nodes = 0
    /// The CPUs configured.
    package private(set) var cpus = 0
    /// The CPUs allocated to jobs.
    package private(set) var cpusAllocated = 0
    /// The GPUs configured, of all types.
    package private(set) var gpus = 0
    /// The GPUs allocated to jobs.
    package private(set) var gpusUsed = 0

    /// Adds up the nodes that are in the partition.
    init(of partition: Partition, nodes all: [Node]) {
        for node in all where node.partitions.contains(partition.name) {
            nodes += 1
            cpus += node.cpus.total
            cpusAllocated += node.cpus.allocated
            gpus += node.gpus.reduce(0) { $0 + $1.total }
            gpusUsed += node.gpus.reduce(0) { $0 + $1.used }
        }
    }
}
