/// What a partition's jobs may ask for; nil means no limit, and for defaults no default.
package struct PartitionLimits: Hashable, Sendable {
    /// The time limit of a job that names none, in minutes.
    package var defaultMinutes: Int?
    /// How long a job may run past its limit, in minutes; nil takes the cluster's setting.
    package var overTimeMinutes: SlurmLimit?
    /// How many seconds a preempted job has to end.
    package var graceSeconds: Int?
    /// The fewest nodes of a job.
    package var minNodes: Int?
    /// The most nodes of a job.
    package var maxNodes: Int?
    /// The most CPUs of a job on one node.
    package var maxCPUsPerNode: Int?
    /// The most CPUs of a job on one socket (since Slurm 23.02).
    package var maxCPUsPerSocket: Int?
    /// The memory of a job that names none, in MiB.
    package var defaultMemory: Memory?
    /// The most memory of a job, in MiB.
    package var maxMemory: Memory?

    /// Limits with nothing set.
    package init() {}

    /// An amount of memory, and the unit it is counted per.
    package enum Memory: Hashable, Sendable {
        /// MiB for each CPU.
        case perCPU(Int)
        /// MiB on each node.
        case perNode(Int)
    }
}
