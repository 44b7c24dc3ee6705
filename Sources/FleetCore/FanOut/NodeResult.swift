package import SlurmModel

/// One target's end: exactly one of these exists per target of a run.
package struct NodeResult: Hashable, Sendable {
    /// The node's name.
    package var node: String
    /// How it ended.
    package var outcome: Outcome
    /// How the payload ended; nil where no record says so.
    package var exit: ExitStatus?
    /// How long the payload ran, in seconds, by the node's own clock; nil where it is not known.
    package var duration: Double?
    /// What carried the payload, such as `job`; nil where nothing was sent.
    package var launcher: String?
    /// The Slurm job; nil where none was submitted.
    package var jobID: UInt32?
    /// Why it ended so; nil where the outcome says all.
    package var reason: String?
    /// What to do about it; nil where nothing is to be done.
    package var remedy: String?
    /// What the payload wrote to its standard output, byte for byte.
    package var stdout: [UInt8]
    /// What the payload wrote to its standard error, byte for byte.
    package var stderr: [UInt8]

    /// The result of a payload that left a record, and was not told to end.
    ///
    /// - Parameters:
    ///   - node: The node's name.
    ///   - record: Its record.
    ///   - launcher: What carried the payload.
    ///   - jobID: The Slurm job; nil where none was submitted.
    ///   - late: The reason where the payload ran out of time.
    package init(
        node: String, record: Record, launcher: String, jobID: UInt32? = nil, late: String
    ) {
        self.init(
            node: node, outcome: record.timedOut ? .timedOut : .finished,
            exit: record.timedOut ? nil : record.exit, duration: record.duration,
            launcher: launcher, jobID: jobID, reason: record.timedOut ? late : nil,
            stdout: record.stdout, stderr: record.stderr)
    }

    /// Makes a result.
    package init(
        node: String, outcome: Outcome, exit: ExitStatus? = nil, duration: Double? = nil,
        launcher: String? = nil, jobID: UInt32? = nil, reason: String? = nil,
        remedy: String? = nil, stdout: [UInt8] = [], stderr: [UInt8] = []
    ) {
        self.node = node
        self.outcome = outcome
        self.exit = exit
        self.duration = duration
        self.launcher = launcher
        self.jobID = jobID
        self.reason = reason
        self.remedy = remedy
        self.stdout = stdout
        self.stderr = stderr
    }
}
