/// What a run tells while it goes on.
package enum FanOutEvent: Hashable, Sendable {
    /// A target is done; exactly one per target.
    case result(NodeResult)
    /// A job was submitted for a target.
    case submitted(node: String, job: UInt32, attempt: Int)
    /// A `srun` was started for a target.
    case started(node: String, launcher: Launcher, attempt: Int)
    /// A payload wrote something; only where the run follows its output.
    case output(node: String, OutputPiece)
    /// Something moved.
    case progress(FanOutProgress)
    /// The run was asked to stop and is ending the jobs on these nodes.
    case cancelling(nodes: [String])
    /// A job could not be ended; it ends by itself, at its own limit.
    case cancelFailed(job: UInt32, cause: String)
    /// slurmctld did not answer; the run goes on with what the nodes leave in the run directory.
    case controllerSilent(String)
}
