/// Why a target ended without an answer of its own, as a stable word for programs.
package enum ReasonCode: String, Codable, CaseIterable, Hashable, Sendable {
    /// Its job did not start within `--wait`, because others hold the node.
    case busy
    /// Its job did not start within `--wait`, for another reason.
    case waited
    /// The node's state forbids it: down, drained, powered down ...
    case state
    /// No partition takes the job.
    case partition
    /// Slurm refused the job.
    case refused
    /// slurmctld did not answer.
    case controller
    /// slurmd did not take the job, or nothing began.
    case slurmd
    /// The run directory is missing, foreign, read-only or full on the node.
    case directory
    /// The files that travel with the payload could not be put in place; the payload did not begin.
    case files
    /// It was ended at `--timeout`.
    case timeout
    /// fleet was told to stop.
    case interrupted
    /// Somebody else ended it.
    case ended
    /// The run was stopped after too many failures.
    case stopped
    /// fleet ended before its job was submitted.
    case abandoned
}
