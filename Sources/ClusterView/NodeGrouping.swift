import ArgumentParser
import SlurmModel

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
