package import SlurmModel

/// What the fan-out needs of Slurm.
package protocol JobScheduler: Sendable {
    /// Submits a job and returns its number.
    func submit(_ job: BatchJob) async throws(SlurmError) -> UInt32
    /// The calling user's jobs, recently ended ones included.
    func jobs() async throws(SlurmError) -> [Job]
    /// Ends a job; one that has already ended is no error.
    func cancel(job: UInt32) async throws(SlurmError)
}
