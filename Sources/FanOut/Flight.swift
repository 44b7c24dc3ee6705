import SlurmModel

/// One submitted job, with what the head node knows about it.
struct Flight: Hashable, Sendable {
    /// The job's number.
    var job: UInt32
    /// When it was submitted.
    var submitted: Duration
    /// When slurmctld was first seen to call it running.
    var running: Duration?
    /// When the payload's first file was seen.
    var started: Duration?
    /// The stage that its payload last reported.
    var stage: String?
    /// When slurmctld was first seen to report it as ended, or to know it no longer.
    var ended: Duration?
    /// slurmctld's last answer about it; nil once slurmctld no longer knows the job.
    var last: Job?
    /// What was wrong with the record when it was last read.
    var problem: RecordProblem?
    /// Whether the record was opened by name after the job had ended, even though the folder's listing did not show
    /// it.
    var wasAskedFor = false

    /// The record of a payload that a signal ended; it is held back until slurmctld says whether Slurm sent the
    /// signal.
    var held: Record?
    /// How often slurmctld was asked about the job since the record is held.
    var looksWhileHeld = 0

    init(job: UInt32, submitted: Duration) {
        self.job = job
        self.submitted = submitted
    }

    /// Whether anything may have run on the node.
    var mayHaveRun: Bool { started != nil || running != nil }
}

/// A job that was submitted for a target.
package struct SubmittedJob: Codable, Hashable, Sendable {
    /// Its number.
    package var job: UInt32
    /// Which attempt at the target it is, from 1 on.
    package var attempt: Int

    /// Makes a note of a job.
    package init(job: UInt32, attempt: Int) {
        self.job = job
        self.attempt = attempt
    }
}
