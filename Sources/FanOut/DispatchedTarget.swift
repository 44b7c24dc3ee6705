import SlurmModel

/// A node that something is sent to.
struct DispatchedTarget: Hashable, Sendable {
    /// The node.
    var node: Node
    /// How it is reached.
    var dispatch: Target.Dispatch
}
