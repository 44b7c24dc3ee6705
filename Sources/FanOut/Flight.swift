import SlurmModel

/// One submitted job, as far as the head knows it.
struct Flight: Hashable, Sendable {
    /// The job's number.
    var job: UInt32
    /// When it was submitted.
    var submitted: Duration
    /// When slurmctld was first seen to call it running.
    var running: Duration?
    /// When the payload's first file was seen.
    var started: Duration?
    /// How far its payload says it is.
    var stage: String?
    /// When slurmctld was first seen to call it ended, or not to know it any more.
    var ended: Duration?
    /// The last that slurmctld said of it; nil once it no longer knows the job.
    var last: Job?
    /// What was wrong with the record when it was last read.
    var problem: RecordProblem?
    /// Whether the record was asked for by its name after the job had ended, whatever the folder's listing said.
    var wasAskedFor = false

    /// A record of a payload that a signal ended, until slurmctld has said whether it was Slurm that sent it.
    var held: Record?
    /// How often slurmctld was asked about it since.
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
