package import SlurmKit
package import SlurmModel

/// What `fleet status` shows: the selected nodes, and the partitions they are in.
package struct ClusterStatus: Hashable, Sendable {
    /// ClusterName.
    package let cluster: String
    /// The partitions that hold a selected node, or all where nothing was selected.
    package let partitions: [Partition]
    /// What all nodes of each of these partitions have and give, selected or not, in the same order.
    package let usage: [PartitionUsage]
    /// The selected nodes.
    package let nodes: [Node]
    /// When slurmctld was asked, in seconds since 1970.
    package let generated: Int

    /// Makes a status.
    ///
    /// - Parameters:
    ///   - cluster: What slurmctld said.
    ///   - nodes: The selected nodes.
    ///   - partitionNames: The partitions that were asked for; empty for all.
    ///   - generated: When slurmctld was asked.
    package init(cluster: Cluster, nodes: [Node], partitionNames: [String], generated: Int) {
        self.cluster = cluster.name
        self.nodes = nodes
        self.generated = generated
        let everything = nodes.count == cluster.nodes.count
        let holding = Set(nodes.flatMap(\.partitions))
        partitions = cluster.partitions.filter {
            partitionNames.isEmpty
                ? everything || holding.contains($0.name) : partitionNames.contains($0.name)
        }
        usage = partitions.map { PartitionUsage(of: $0, nodes: cluster.nodes) }
    }
}
