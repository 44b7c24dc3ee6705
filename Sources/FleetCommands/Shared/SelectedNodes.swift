import SlurmKit
import SlurmModel

/// What a selection came to, with what it was decided from.
struct SelectedNodes: Sendable {
    /// What slurmctld said of partitions and nodes.
    let cluster: Cluster
    /// The nodes selected, in slurmctld's order.
    let nodes: [Node]
    /// All jobs; nil where neither the selection nor the caller needed them.
    let jobs: [Job]?
}
