import SlurmModel

/// The result of one load from slurmctld, with what the next load needs to ask only for changes.
package struct ClusterSnapshot: Sendable {
    /// Partitions, and nodes with the partitions they are in.
    package let cluster: Cluster
    /// Whether slurmctld sent anything new since the previous load; true for a first load.
    ///
    /// New data may still be equal, because slurmctld also counts a refreshed load average as new.
    package let isNew: Bool

    let partitions: PartitionLoad
    let nodes: NodeLoad

    init(name: String, partitions: PartitionLoad, nodes: consuming NodeLoad) {
        nodes.place(in: partitions)
        cluster = Cluster(name: name, partitions: partitions.partitions, nodes: nodes.nodes)
        isNew = true
        self.partitions = partitions
        self.nodes = nodes
    }

    /// The same data again, because slurmctld had nothing new.
    init(unchanged previous: ClusterSnapshot) {
        cluster = previous.cluster
        isNew = false
        partitions = previous.partitions
        nodes = previous.nodes
    }
}
