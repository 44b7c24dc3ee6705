package import SlurmModel

/// Everything known about one node's nvidia-smi run, to be judged.
package struct GPUEvidence: Hashable, Sendable {
    /// How nvidia-smi ended; nil where nothing is known.
    package var exit: ExitStatus?
    /// What it wrote to standard output, document and messages.
    package var stdout: [UInt8]
    /// What it wrote to standard error.
    package var stderr: String
    /// The GPUs Slurm configures for the node; empty for none, or where Slurm does not say.
    package var expected: [GPUCount]
    /// How many GPUs Slurm gave the job that asked; 0 for none, which may hide all of them.
    package var requested: Int
    /// Whether it was stopped at its deadline.
    package var timedOut: Bool

    /// Makes the evidence.
    package init(
        exit: ExitStatus?, stdout: [UInt8], stderr: String = "", expected: [GPUCount] = [],
        requested: Int = 0, timedOut: Bool = false
    ) {
        self.exit = exit
        self.stdout = stdout
        self.stderr = stderr
        self.expected = expected
        self.requested = requested
        self.timedOut = timedOut
    }

    /// How many GPUs the node should have, of all types.
    package var expectedTotal: Int {
        expected.reduce(0) { $0.addingReportingOverflow($1.total).partialValue }
    }
}
