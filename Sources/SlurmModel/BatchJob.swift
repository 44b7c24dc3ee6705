/// A single-node batch job, ready to be submitted.
package struct BatchJob: Hashable, Sendable {
    /// The job's name, as squeue shows it.
    package var name: String
    /// The one node it must run on.
    package var node: String
    /// The partition; nil takes Slurm's default.
    package var partition: String?
    /// The script, `#!` line included.
    package var script: String
    /// The file on the node to which Slurm writes the script's output.
    package var outputPath: String
    /// The environment, each as `NAME=VALUE`; Slurm refuses an empty one.
    package var environment: [String]
    /// Slurm ends the job after this many minutes, even if fleet has ended.
    package var timeLimitMinutes: Int
    /// Slurm drops the job if it cannot end before this time, in seconds since 1970: a job that is still waiting
    /// after fleet has ended must not run days later.
    package var deadline: Int?
    /// Memory in MiB; nil takes the partition's default.
    package var memoryMiB: Int?
    /// Generic resources to allocate, such as `gpu:h100:8`.
    package var gres: String?

    /// The account that is charged; nil takes the user's default.
    package var account: String?
    /// The quality of service; nil takes the default.
    package var qos: String?
    /// The reservation it runs in.
    package var reservation: String?
    /// Whether it takes the whole node.
    package var isExclusive = false

    /// Makes a job.
    package init(
        name: String, node: String, partition: String?, script: String, outputPath: String,
        environment: [String], timeLimitMinutes: Int, deadline: Int? = nil, memoryMiB: Int?,
        gres: String?
    ) {
        self.name = name
        self.node = node
        self.partition = partition
        self.script = script
        self.outputPath = outputPath
        self.environment = environment
        self.timeLimitMinutes = timeLimitMinutes
        self.deadline = deadline
        self.memoryMiB = memoryMiB
        self.gres = gres
    }
}
