package import SlurmModel

/// A selected node, with what will be done about it.
package struct Target: Hashable, Sendable {
    /// The node.
    package var node: Node
    /// Whether a job is sent, and if not, why.
    package var decision: Decision

    /// Makes a target.
    package init(node: Node, decision: Decision) {
        self.node = node
        self.decision = decision
    }

    /// What happens to a target.
    package enum Decision: Hashable, Sendable {
        /// A job is submitted, to this partition.
        case dispatch(partition: String)
        /// Nothing is sent, for this reason.
        case notRun(reason: String)
    }
}
