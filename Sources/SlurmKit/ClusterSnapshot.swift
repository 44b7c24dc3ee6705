import SlurmModel

/// What one look at slurmctld gave, and what the next look needs to ask only for changes.
package struct ClusterSnapshot: Sendable {
    /// Partitions, and nodes with the partitions they are in.
    package let cluster: Cluster
    /// Whether slurmctld sent anything new since the look before; a first look is always new.
    ///
    /// New is not always different: slurmctld counts a refreshed load average too.
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

    /// The same look again, since slurmctld had nothing new.
    init(unchanged previous: ClusterSnapshot) {
        cluster = previous.cluster
        isNew = false
        partitions = previous.partitions
        nodes = previous.nodes
    }
}
