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
