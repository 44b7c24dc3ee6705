package import SlurmModel

/// Everything that one load from slurmctld returns: partitions, and nodes with the partitions they are in.
package struct Cluster: Hashable, Sendable {
    /// ClusterName.
    package var name: String
    /// The partitions, in slurmctld's order, hidden ones included.
    package var partitions: [Partition]
    /// The nodes, in slurmctld's order.
    package var nodes: [Node]

    /// Makes a cluster.
    package init(name: String, partitions: [Partition], nodes: [Node]) {
        self.name = name
        self.partitions = partitions
        self.nodes = nodes
    }
}
