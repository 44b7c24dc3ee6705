/// How `fleet status` shows the cluster.
package enum StatusView: Hashable, Sendable {
    /// A summary, partitions by state, and what needs attention.
    case overview
    /// A row per node.
    case nodes([NodeColumn])
    /// A row per partition, state, reason, GPU type or feature.
    case grouped(NodeGrouping)
}
