import SlurmKit
import SlurmModel
import Terminal

extension ClusterStatus {
    /// Partitions by state, as sinfo shows them, with the GPUs.
    func partitionTable() -> Table {
        let hasGPUs = usage.contains { $0.gpus > 0 }
        var table = Table(
            [
                Table.Column("PARTITION"), Table.Column("AVAIL"),
                Table.Column("TIMELIMIT", numeric: true), Table.Column("NODES", numeric: true),
                Table.Column("STATE"),
            ] + (hasGPUs ? [Table.Column("GPUS(F/U/T)", numeric: true)] : [])
                + [Table.Column("NODELIST")])
        let groups = nodesByPartitionAndState()
        for partition in partitions {
            let head = [
                Self.title(of: partition), partition.state.rawValue,
                NodeWords.limit(minutes: partition.maxMinutes),
            ]
            let rows = groups[partition.name] ?? []
            // A partition without nodes is a partition all the same, as with sinfo.
            if rows.isEmpty {
                table.add(
                    head + ["0", "n/a"] + (hasGPUs ? ["-"] : []), key: "\(partition.name) n/a")
            }
            for group in rows {
                let total = PartitionUsage.sum(of: group.nodes)
                let figures =
                    total.gpus == 0 ? "-" : "\(total.gpusFree)/\(total.gpusUsed)/\(total.gpus)"
                var styles: [Int: TextStyle] = [:]
                if partition.state != .up { styles[1] = .warning }
                styles[4] = group.nodes[0].state.style
                table.add(
                    head + [String(group.nodes.count), group.state] + (hasGPUs ? [figures] : [])
                        + [Hostlist.fold(group.nodes.map(\.name))],
                    styles: styles, key: "\(partition.name) \(group.state)")
            }
        }
        return table
    }

    /// `gpu*` for the default one, as with sinfo; a hidden one says so.
    static func title(of partition: Partition) -> String {
        partition.name + (partition.isDefault ? "*" : "") + (partition.isHidden ? " (hidden)" : "")
    }

    private struct StateGroup {
        var state: String
        var nodes: [Node]
    }

    private func nodesByPartitionAndState() -> [String: [StateGroup]] {
        let shown = Set(partitions.map(\.name))
        var result: [String: [StateGroup]] = [:]
        var places: [String: [String: Int]] = [:]
        for node in nodes {
            let state = node.state.short
            for partition in node.partitions where shown.contains(partition) {
                if let place = places[partition]?[state] {
                    result[partition]?[place].nodes.append(node)
                } else {
                    places[partition, default: [:]][state] = result[partition]?.count ?? 0
                    result[partition, default: []].append(StateGroup(state: state, nodes: [node]))
                }
            }
        }
        return result
    }
}
