import ArgumentParser
import SlurmModel

/// How `fleet status` shows the cluster.
package enum StatusView: Hashable, Sendable {
    /// A summary, partitions by state, and what needs attention.
    case overview
    /// A row per node.
    case nodes([NodeColumn])
    /// A row per partition, state, reason, GPU type or feature.
    case grouped(NodeGrouping)
}

/// What `--group-by` puts nodes together by.
package enum NodeGrouping: String, CaseIterable, ExpressibleByArgument, Hashable, Sendable {
    case partition, state, reason, gpu, feature

    /// The groups a node is in; a node without any is in one of that name.
    func keys(of node: Node) -> [String] {
        let keys: [String] =
            switch self {
            case .partition: node.partitions
            case .state: [node.state.text]
            case .reason: node.reason.map { [$0.text] } ?? []
            case .gpu: node.gpus.map { $0.type ?? "gpu" }
            case .feature: node.features
            }
        return keys.isEmpty ? ["-"] : keys
    }
}
