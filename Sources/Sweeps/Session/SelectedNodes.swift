package import SlurmKit
package import SlurmModel

/// What a selection came to, with what it was decided from.
package struct SelectedNodes: Sendable {
    /// What slurmctld said of partitions and nodes.
    package let cluster: Cluster
    /// The nodes selected, in slurmctld's order.
    package let nodes: [Node]
    /// All jobs; nil where neither the selection nor the caller needed them.
    package let jobs: [Job]?
}
