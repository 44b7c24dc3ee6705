/// Why a target has no answer, as a stable word for programs.
package enum ReasonCode: String, Codable, CaseIterable, Hashable, Sendable {
    /// Its job did not start within `--wait`, because other jobs hold the node.
    case busy
    /// Its job did not start within `--wait`, for another reason.
    case waited
    /// The node's state forbids it: down, drained, powered down ...
    case state
    /// No partition accepts the job.
    case partition
    /// Slurm refused the job.
    case refused
    /// slurmctld did not answer.
    case controller
    /// slurmd did not accept the job, or the job started nothing.
    case slurmd
    /// On the node, the run directory is missing, belongs to another run, is read-only or is full.
    case directory
    /// The payload's files could not be put in place, so the payload did not begin.
    case files
    /// It was ended at `--timeout`.
    case timeout
    /// fleet was told to stop.
    case interrupted
    /// A user or another program ended it.
    case ended
    /// The run was stopped after too many failures.
    case stopped
    /// fleet ended before its job was submitted.
    case abandoned
}
