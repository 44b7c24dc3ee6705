import SlurmModel

/// A node that is reached by a `srun` of its own.
struct StepTarget: Hashable, Sendable {
    /// The node.
    var node: Node
    /// How it is reached.
    var dispatch: Target.Dispatch
}
