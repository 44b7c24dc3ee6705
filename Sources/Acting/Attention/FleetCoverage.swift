package import History
package import SlurmModel

/// Which of the nodes that can be checked were checked, how long ago, and by whom: what is not known is no health.
package struct FleetCoverage: Hashable, Sendable {
    /// The nodes of which no check ever said anything.
    package private(set) var unchecked: [String] = []
    /// The nodes whose newest check is older than ``freshSeconds``, with its age in seconds, the oldest first.
    package private(set) var old: [Aged] = []
    /// How many nodes were checked lately.
    package private(set) var fresh = 0
    /// How long ago the newest check of all ended, in seconds; nil where there is none.
    package private(set) var newest: Int?
    /// Who made the newest checks of the nodes, in order.
    package private(set) var users: [String] = []

    /// A node and how long ago it was checked, in seconds.
    package struct Aged: Hashable, Sendable {
        /// The node's name.
        package var node: String
        /// How long ago its newest check ended, in seconds.
        package var age: Int
    }

    /// A day, in seconds: a site that sweeps every night has each node's last word within it.
    package static let freshSeconds = 86_400

    /// Looks at nodes.
    ///
    /// - Parameters:
    ///   - nodes: The nodes; those that are asleep, or do not answer slurmctld, cannot be checked and do not count.
    ///   - verdicts: What every check said last, by node.
    ///   - now: The present, in seconds since 1970.
    package init(_ nodes: [Node], verdicts: [String: [LastVerdict]], now: Int) {
        var names: Set<String> = []
        for node in nodes where AttentionRules.isAlive(node) {
            guard let last = verdicts[node.name]?.max(by: { $0.time < $1.time }) else {
                unchecked.append(node.name)
                continue
            }
            let age = max(0, now - last.time)
            newest = min(newest ?? age, age)
            if let user = last.user { names.insert(user) }
            if age > Self.freshSeconds {
                old.append(Aged(node: node.name, age: age))
            } else {
                fresh += 1
            }
        }
        old.sort { ($1.age, $0.node) < ($0.age, $1.node) }
        users = names.sorted()
    }

    /// Whether every node that can be checked was, and lately.
    package var isWhole: Bool { unchecked.isEmpty && old.isEmpty }
}
