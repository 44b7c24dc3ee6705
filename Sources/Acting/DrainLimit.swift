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
        let taken = nodes.filter(Self.takesJobs)
        let more = taken.count
        guard more > 0 else { return nil }
        let there =
            taken.allSatisfy(Self.isThere)
            ? all.filter(Self.isThere) : all.filter { $0.state.base != .future }
        let out = there.count { !Self.takesJobs($0) }
        let allowed: Int
        switch most {
        case .nodes(let count): allowed = count
        case .percent(let percent): allowed = there.count * percent / 100
        }
        guard out + more > max(1, allowed) else { return nil }
        let before = out == 0 ? "" : ", \(out) of them already"
        return
            "\(out + more) of \(there.count) nodes would be out of service\(before), and --max \(text) allows \(max(1, allowed)): look for one cause first; --max \(out + more) allows it"
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
