import Verdicts

/// Nodes with which the same is the matter.
package struct AttentionGroup: Hashable, Sendable {
    /// What is the matter, as with the first of them; the time apart, which differs.
    package var attention: Attention
    /// The nodes, in slurmctld's order; for a partition its name.
    package var nodes: [String]
    /// When it began for the first of them, in seconds since 1970; nil where Slurm does not say.
    package var earliest: Int?
    /// When it began for the last of them, in seconds since 1970.
    package var latest: Int?

    /// Groups what differs only in node and time, what weighs most first, then by number of nodes.
    ///
    /// The figures of a load differ from node to node: only the first node's are kept.
    package static func groups(
        of pairs: some Sequence<(node: String, attention: Attention)>
    ) -> [AttentionGroup] {
        var groups: [AttentionGroup] = []
        var places: [Attention: Int] = [:]
        for (node, attention) in pairs {
            var key = attention
            key.since = nil
            if key.code == .load { key.detail = nil }
            if let place = places[key] {
                groups[place].add(node, since: attention.since)
            } else {
                places[key] = groups.count
                groups.append(
                    AttentionGroup(
                        attention: attention, nodes: [node], earliest: attention.since,
                        latest: attention.since))
            }
        }
        // sort keeps the order of equals: the order of their first nodes.
        groups.sort { $0.weight < $1.weight }
        return groups
    }

    private mutating func add(_ node: String, since: Int?) {
        nodes.append(node)
        guard let since else { return }
        earliest = min(earliest ?? since, since)
        latest = max(latest ?? since, since)
    }

    private var weight: (Int, Int, Int) {
        let severity = Severity.allCases.firstIndex(of: attention.severity) ?? 0
        let code = Attention.Code.allCases.firstIndex(of: attention.code) ?? 0
        return (-severity, code, -nodes.count)
    }
}
