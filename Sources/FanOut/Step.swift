/// One `srun` process that runs a payload on one node, or on all nodes of a group.
package struct Step: Hashable, Sendable {
    /// The node; of a group the first one.
    package var node: String
    /// ``Launcher/srun`` or ``Launcher/direct``.
    package var launcher: Launcher
    /// The name of its job, as squeue shows it.
    package var jobName: String
    /// The partition; nil takes Slurm's default.
    package var partition: String?
    /// Slurm options for every job.
    package var options: JobOptions
    /// Whether it takes the whole node.
    package var isExclusive: Bool
    /// Memory in MiB; nil takes the partition's default.
    package var memoryMiB: Int?
    /// Generic resources, such as `gpu:h100:8`.
    package var gres: String?
    /// Slurm ends it after this many minutes.
    package var timeLimitMinutes: Int
    /// Seconds it may wait for its node.
    package var wait: Int
    /// The head node gives up on it after this many seconds, including the wait for the node.
    package var limit: Int
    /// The variables it passes on, each as `NAME=VALUE`.
    package var environment: [String]
    /// The script that the node's shell reads from standard input.
    package var script: String
    /// The file that takes its standard output: the record.
    package var output: String
    /// The nodes of a group, the first one too; empty for a step on one node.
    package var group: [String] = []
}

/// What the fan-out needs to start `srun`.
package protocol StepLauncher: Sendable {
    /// Runs a step to its end; when the task is cancelled, the step is told to end and has a few seconds to do so.
    func run(_ step: Step) async -> StepEnd
}
