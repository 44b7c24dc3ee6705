package import SlurmModel

/// How a `srun` process ended.
package struct StepEnd: Hashable, Sendable {
    /// Its exit status; nil where it could not be started.
    package var status: ExitStatus?
    /// The last it wrote to standard error, at most some KiB: Slurm's own words.
    package var messages: String
    /// Whether the head ended it because it had outlived its limit.
    package var outlived: Bool

    /// Makes an end.
    package init(status: ExitStatus?, messages: String = "", outlived: Bool = false) {
        self.status = status
        self.messages = messages
        self.outlived = outlived
    }
}
