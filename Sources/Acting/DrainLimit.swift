package import SlurmModel

/// How many of a cluster's nodes may be out of service after an action: a check that is wrong about every node must
/// not drain them all.
///
/// Counted are the nodes that are there: neither future nor powered down; where the action takes nodes that are powered
/// down, these too. Out of service are those that are drained, down, failing or not responding, whoever caused it; an
/// action is held up only by nodes that Slurm would give jobs now.
/// Below one node the limit never goes.
package struct DrainLimit: Hashable, Sendable {
    /// The limit.
    package enum Most: Hashable, Sendable {
        /// So many nodes.
        case nodes(Int)
        /// So many of hundred, rounded down.
        case percent(Int)
    }

    /// The limit.
    package var most: Most

    /// Where no flag says otherwise: a tenth; more than that at once is seldom the nodes' own fault.
    package static let standard = DrainLimit(most: .percent(10))

    /// Makes a limit.
    package init(most: Most) {
        self.most = most
    }

    /// The limit as it is given, such as `10%`.
    package var text: String {
        switch most {
        case .nodes(let count): "\(count)"
        case .percent(let percent): "\(percent)%"
        }
    }

    /// Why these nodes may not go out of service together; nil where they may.
    ///
    /// - Parameters:
    ///   - nodes: The nodes that the action takes out of service.
    ///   - all: All nodes of the cluster.
    /// - Returns: The reason, with what would allow it.
    package func problem(taking nodes: [Node], of all: [Node]) -> String? {
        let census = Census(all)
        guard let needed = needed(taking: nodes, of: census) else { return nil }
        let out = census.out(taking: nodes)
        let before = out == 0 ? "" : ", \(out) of them already"
        return
            "\(needed.out) of \(needed.all) nodes would be out of service\(before), and --max \(text) allows \(allowed(of: needed.all)): look for one cause first; --max \(needed.out) allows it"
    }

    /// The limit that would allow it, for a command that is printed; nil where this one does.
    ///
    /// - Parameters:
    ///   - nodes: The nodes that the action takes out of service.
    ///   - census: The cluster's nodes.
    /// - Returns: How many nodes would be out of service, and how many there are.
    package func needed(
        taking nodes: some Sequence<Node>, of census: Census
    ) -> (out: Int, all: Int)? {
        let taken = nodes.filter(Self.takesJobs)
        guard !taken.isEmpty else { return nil }
        let (out, all) = (census.out(taking: taken) + taken.count, census.all(taking: taken))
        return out > allowed(of: all) ? (out, all) : nil
    }

    private func allowed(of all: Int) -> Int {
        switch most {
        case .nodes(let count): max(1, count)
        case .percent(let percent): max(1, all * percent / 100)
        }
    }

    /// How many nodes a cluster has, and how many of them are out of service; counted once for every action on it.
    package struct Census: Hashable, Sendable {
        /// Those that are there, and all but the future ones.
        private var there = 0, all = 0
        /// Those of each that are out of service.
        private var thereOut = 0, allOut = 0

        /// Counts nodes.
        package init(_ nodes: some Sequence<Node>) {
            for node in nodes where node.state.base != .future {
                let isThere = DrainLimit.isThere(node)
                let isOut = !DrainLimit.takesJobs(node)
                all += 1
                if isThere { there += 1 }
                if isOut { allOut += 1 }
                if isThere, isOut { thereOut += 1 }
            }
        }

        /// How many there are, for an action that takes these.
        func all(taking nodes: [Node]) -> Int { isOfThere(nodes) ? there : all }

        /// How many of them are out of service already.
        func out(taking nodes: [Node]) -> Int { isOfThere(nodes) ? thereOut : allOut }

        private func isOfThere(_ nodes: [Node]) -> Bool {
            nodes.allSatisfy { !DrainLimit.takesJobs($0) || DrainLimit.isThere($0) }
        }
    }

    /// Whether the node is up, and Slurm starts jobs on it.
    package static func isInService(_ node: Node) -> Bool {
        isThere(node) && takesJobs(node)
    }

    /// Whether Slurm starts jobs on the node, be it that it boots for them first.
    private static func takesJobs(_ node: Node) -> Bool {
        switch node.state.base {
        case .idle, .allocated, .mixed: break
        case .unknown, .down, .error, .future: return false
        }
        let out: [NodeState.Flag] = [
            .drain, .fail, .notResponding, .rebootIssued, .invalidRegistration,
        ]
        return !out.contains(where: node.state.has)
    }

    private static func isThere(_ node: Node) -> Bool {
        let away: [NodeState.Flag] = [.poweredDown, .poweringDown, .powerDown]
        return node.state.base != .future && !away.contains(where: node.state.has)
    }
}
