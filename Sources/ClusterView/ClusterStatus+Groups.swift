import SlurmKit
import SlurmModel
import Terminal

extension ClusterStatus {
    /// A row per partition, state, reason, GPU type or feature; a node may be in several rows.
    func groupTable(_ grouping: NodeGrouping, width: Int?) -> Table {
        let hasGPUs = nodes.contains { !$0.gpus.isEmpty }
        var table = Table(
            (grouping == .reason ? [] : [Table.Column(grouping.rawValue.uppercased())])
                + [Table.Column("NODES", numeric: true), Table.Column("CPUS", numeric: true)]
                + (hasGPUs ? [Table.Column("GPUS(F/U/T)", numeric: true)] : [])
                + [Table.Column("NODELIST")])
        for group in groups(grouping) {
            let total = group.total
            let name = grouping == .reason ? [] : [group.name]
            let figures =
                total.gpus == 0 ? "-" : "\(total.gpusFree)/\(total.gpusUsed)/\(total.gpus)"
            table.add(
                name + [String(total.nodes), "\(total.cpusAllocated)/\(total.cpus)"]
                    + (hasGPUs ? [figures] : []) + [Hostlist.fold(group.nodes)],
                key: group.name)
            // Reasons may be long.
            if grouping == .reason {
                table.addNote(group.name == "-" ? "no reason set" : group.name)
            }
        }
        return table
    }

    /// The same for a program.
    func csv(_ grouping: NodeGrouping) -> [[String]] {
        [
            [
                grouping.rawValue, "nodes", "cpus_allocated", "cpus_total", "gpus_free",
                "gpus_used",
                "gpus_total", "nodelist",
            ]
        ]
            + groups(grouping).map { group in
                let total = group.total
                return [group.name == "-" ? "" : group.name]
                    + [
                        total.nodes, total.cpusAllocated, total.cpus, total.gpusFree,
                        total.gpusUsed, total.gpus,
                    ].map(String.init) + [Hostlist.fold(group.nodes)]
            }
    }

    private struct Group {
        var name: String
        var nodes: [String] = []
        var total = PartitionUsage()
    }

    private func groups(_ grouping: NodeGrouping) -> [Group] {
        var groups: [Group] = []
        var places: [String: Int] = [:]
        for node in nodes {
            for key in Set(grouping.keys(of: node)).sorted() {
                let place = places[key] ?? groups.count
                if place == groups.count {
                    places[key] = place
                    groups.append(Group(name: key))
                }
                groups[place].nodes.append(node.name)
                groups[place].total.add(grouping == .gpu ? node.keeping(gpuType: key) : node)
            }
        }
        // Nodes without any come last; sort keeps the order of equals.
        groups.sort {
            ($0.name == "-" ? 1 : 0, -$0.nodes.count) < ($1.name == "-" ? 1 : 0, -$1.nodes.count)
        }
        return groups
    }
}

extension Node {
    /// The node with the GPUs of one type alone, so that types can be added up apart.
    fileprivate func keeping(gpuType type: String) -> Node {
        var node = self
        node.gpus.removeAll { ($0.type ?? "gpu") != type }
        return node
    }
}
