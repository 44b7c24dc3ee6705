/// Whether one check could be made on a node.
package enum GPUCheckStatus: Hashable, Sendable {
    /// It was made.
    case ran
    /// It could not be made, for this reason.
    case notRun(String)
    /// The node or its GPUs have nothing to check there.
    case notApplicable
}
