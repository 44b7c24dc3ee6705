package import Platform
package import SlurmModel

/// How a `srun` process ended.
package struct StepEnd: Hashable, Sendable {
    /// Its exit status; nil where it could not be started.
    package var status: ExitStatus?
    /// The last it wrote to standard error, at most some KiB: Slurm's own words.
    package var messages: String
    /// Whether the head ended it because it had outlived its limit.
    package var outlived: Bool
    /// What slurmctld refused, where srun said so and fleet knows the next step.
    package var refusal: SlurmError?
    /// What failed on this machine before srun could be started.
    package var fault: HeadFault?

    /// Whether the wrapper came to its end: it ends well only once it has sent its whole record, whatever of that arrived here.
    var isAnswered: Bool { status == .exited(0) }

    /// Makes an end.
    package init(
        status: ExitStatus?, messages: String = "", outlived: Bool = false,
        refusal: SlurmError? = nil, fault: HeadFault? = nil
    ) {
        self.status = status
        self.messages = messages
        self.outlived = outlived
        self.refusal = refusal
        self.fault = fault
    }
}
