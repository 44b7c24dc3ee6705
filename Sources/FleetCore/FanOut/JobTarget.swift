import SlurmModel

/// A node that is reached by a batch job.
struct JobTarget: Hashable, Sendable {
    /// The node.
    var node: Node
    /// How it is reached.
    var dispatch: Target.Dispatch
}
