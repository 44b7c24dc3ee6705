package import Platform
package import SlurmModel

/// How a `srun` process ended.
package struct StepEnd: Hashable, Sendable {
    /// Its exit status; nil where it could not be started.
    package var status: ExitStatus?
    /// The end of its standard error, at most a few KiB: Slurm's own words.
    package var messages: String
    /// Whether the head node ended it because it ran longer than its limit.
    package var outlived: Bool
    /// What slurmctld refused, when srun says so and fleet knows what to do about it.
    package var refusal: SlurmError?
    /// The failure on this machine that kept srun from starting.
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
