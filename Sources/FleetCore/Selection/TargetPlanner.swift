package import SlurmModel

/// Decides for each selected node whether a job can reach it; asks nobody.
package struct TargetPlanner: Sendable {
    /// All partitions, in slurmctld's order.
    package var partitions: [Partition]
    /// The partitions the user named; jobs go there.
    package var preferred: [String]
    /// Whether fleet runs as root, whom some partitions refuse and some alone admit.
    package var isRoot: Bool
    /// The clock, in seconds since 1970, for "2 h ago".
    package var now: Int

    /// Makes a planner.
    package init(partitions: [Partition], preferred: [String], isRoot: Bool, now: Int) {
        self.partitions = partitions
        self.preferred = preferred
        self.isRoot = isRoot
        self.now = now
    }

    /// The decision for one node.
    package func plan(_ node: Node) -> Target {
        if let reason = obstacle(of: node) {
            return Target(node: node, decision: .notRun(reason: reason))
        }
        switch partition(for: node) {
        case .success(let name): return Target(node: node, decision: .dispatch(partition: name))
        case .failure(let none): return Target(node: node, decision: .notRun(reason: none.reason))
        }
    }

    /// Why Slurm would not start a job there; nil where it would.
    private func obstacle(of node: Node) -> String? {
        let state = node.state
        if state.has(.poweredDown) { return "powered down; fleet never wakes a node" }
        if state.has(.poweringDown) || state.has(.powerDown) || state.has(.powerDrain) {
            return "powering down"
        }
        if state.has(.poweringUp) || state.has(.powerUp) { return "powering up" }
        if state.base == .future { return "not there yet (state future)" }
        if state.has(.invalidRegistration) {
            return "its registration is invalid: " + because(node, else: "see slurmctld's log")
        }
        if state.base == .down { return "down" + because(node) }
        if state.has(.notResponding) { return "not responding" + because(node) }
        if state.has(.fail) { return "failing" + because(node) }
        if state.has(.drain) { return "drained" + because(node) }
        if state.base == .unknown || state.base == .error { return "state \(state.base.rawValue)" }
        if state.has(.rebootIssued) { return "rebooting" + because(node) }
        return nil
    }

    private func because(_ node: Node, else fallback: String = "") -> String {
        guard let reason = node.reason else { return fallback.isEmpty ? "" : fallback }
        let user = reason.user.map { " by \($0)" } ?? ""
        let age = reason.time.map { " \(Age(seconds: now - $0).text) ago" } ?? ""
        return fallback.isEmpty ? "\(user)\(age): \(reason.text)" : "\(reason.text)\(user)\(age)"
    }

    private struct NoPartition: Error {
        var reason: String
    }

    private func partition(for node: Node) -> Result<String, NoPartition> {
        let holding = partitions.filter { node.partitions.contains($0.name) }
        let candidates =
            preferred.isEmpty ? holding : holding.filter { preferred.contains($0.name) }
        guard !candidates.isEmpty else {
            return .failure(NoPartition(reason: "in no partition, so no job can reach it"))
        }
        let usable = candidates.filter {
            $0.state == .up && (isRoot ? !$0.refusesRoot : !$0.isRootOnly)
        }
        guard let best = usable.first(where: \.isDefault) ?? usable.first else {
            let states = candidates.map { refusal(of: $0) }.joined(separator: ", ")
            return .failure(NoPartition(reason: "no partition takes the job: \(states)"))
        }
        return .success(best.name)
    }

    private func refusal(of partition: Partition) -> String {
        if partition.state != .up { return "\(partition.name) is \(partition.state.rawValue)" }
        return isRoot
            ? "\(partition.name) refuses root's jobs" : "\(partition.name) is for root only"
    }
}
