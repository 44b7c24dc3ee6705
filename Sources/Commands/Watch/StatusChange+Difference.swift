package import ClusterView
import SlurmModel

extension StatusChange {
    /// What differs between two looks, in the order of the nodes.
    ///
    /// Boot time and release are ``WatchLog``'s; load, free memory and other figures that never rest are left out.
    package static func changes(
        from old: ClusterStatus, to new: ClusterStatus
    ) -> [StatusChange] {
        partitions(from: old, to: new) + nodes(from: old, to: new)
    }

    private static func nodes(from old: ClusterStatus, to new: ClusterStatus) -> [StatusChange] {
        let before = Dictionary(
            old.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var changes: [StatusChange] = []
        for node in new.nodes {
            guard let earlier = before[node.name] else {
                changes.append(
                    StatusChange(.node, node.name, "present", from: nil, to: node.state.text))
                continue
            }
            changes += differences(from: earlier, to: node, now: new.generated)
        }
        let names = Set(new.nodes.map(\.name))
        for node in old.nodes where !names.contains(node.name) {
            changes.append(
                StatusChange(.node, node.name, "present", from: node.state.text, to: nil))
        }
        return changes
    }

    private static func differences(from old: Node, to new: Node, now: Int) -> [StatusChange] {
        var changes: [StatusChange] = []
        func compare(_ field: String, _ value: (Node) -> String?, note: String? = nil) {
            let (from, to) = (value(old), value(new))
            guard from != to else { return }
            changes.append(
                StatusChange(.node, new.name, field, from: from, to: to, note: note))
        }
        let isNewReason = old.reason != new.reason
        let reason = isNewReason ? NodeWords.reason(of: new, now: now) : ""
        compare("state", { $0.state.text }, note: reason.isEmpty ? nil : reason)
        // Told with the state where that changes too.
        if old.state.text == new.state.text { compare("reason", { $0.reason?.text }) }
        compare("cpus_allocated", { String($0.cpus.allocated) })
        compare("cpus_total", { String($0.cpus.total) })
        compare("gpus", { NodeWords.gpus(of: $0) })
        compare("partitions", { $0.partitions.joined(separator: ",") })
        compare("reservation", { $0.details.reservation })
        return changes
    }

    private static func partitions(
        from old: ClusterStatus, to new: ClusterStatus
    ) -> [StatusChange] {
        let before = Dictionary(
            old.partitions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var changes: [StatusChange] = []
        for partition in new.partitions {
            let state = partition.state.rawValue
            guard let earlier = before[partition.name] else {
                changes.append(
                    StatusChange(.partition, partition.name, "present", from: nil, to: state))
                continue
            }
            guard earlier.state != partition.state else { continue }
            changes.append(
                StatusChange(
                    .partition, partition.name, "state", from: earlier.state.rawValue, to: state))
        }
        let names = Set(new.partitions.map(\.name))
        for partition in old.partitions where !names.contains(partition.name) {
            changes.append(
                StatusChange(
                    .partition, partition.name, "present", from: partition.state.rawValue, to: nil))
        }
        return changes
    }
}
