import SlurmModel
import Verdicts

/// Which nodes of a sweep are alike, so that one of them that differs is told.
///
/// Alike are the nodes of a partition that have the same GRES and the same features; where these are fewer than three,
/// those that have the same GRES. A node of several partitions is compared in each of them. Nodes with another GRES are
/// never compared: what a GPU node mounts says nothing of a login node in the same partition.
struct LikeNodes {
    /// Rows that are alike.
    struct Group {
        /// What they have in common: rows of one kind are one group.
        let kind: Kind
        /// The rows' places; at least ``Baseline/fewestNodes``.
        var rows: [Int]
        /// What they have in common, as in `nodes of partition gpu with its GRES`.
        var words: String
    }

    /// What nodes that are alike have in common.
    struct Kind: Hashable {
        fileprivate let partition: String
        /// Name, type and count of each.
        fileprivate let gres: Set<[String]>
        /// Nil where nodes count whatever their features are.
        fileprivate let features: Set<String>?
    }

    private let nodes: [Node?]
    private let members: [Kind: [Int]]

    /// Sorts nodes by what they have.
    ///
    /// - Parameter nodes: A node for each row; nil for a row that is not compared.
    init(_ nodes: [Node?]) {
        self.nodes = nodes
        var members: [Kind: [Int]] = [:]
        for (row, node) in nodes.enumerated() {
            guard let node else { continue }
            for kind in Self.kinds(of: node).joined() { members[kind, default: []].append(row) }
        }
        self.members = members
    }

    /// The narrowest group of a row in each of its partitions, in the partitions' order.
    func groups(of row: Int) -> [Group] {
        guard let node = nodes[row] else { return [] }
        return Self.kinds(of: node).compactMap { kinds in
            kinds.lazy.compactMap { kind in
                guard let rows = members[kind], rows.count >= Baseline.fewestNodes else {
                    return nil
                }
                let what = kind.features == nil ? "GRES" : "GRES and features"
                return Group(
                    kind: kind, rows: rows,
                    words: "nodes of partition \(kind.partition) with its \(what)")
            }.first
        }
    }

    /// The kinds that a node is of: for each of its partitions, the narrowest first.
    private static func kinds(of node: Node) -> [[Kind]] {
        let features = Set(node.features)
        let gres = Set(node.gres.map { [$0.name, $0.type ?? "", "\($0.count)"] })
        return node.partitions.map { partition in
            [features, nil].map { Kind(partition: partition, gres: gres, features: $0) }
        }
    }
}
