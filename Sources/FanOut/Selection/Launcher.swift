/// How a payload reaches a node.
package enum Launcher: String, CaseIterable, Codable, Hashable, Sendable {
    /// A single-node batch job.
    case job
    /// A `srun` of its own, with an allocation: for a run directory that the nodes do not share.
    case srun
    /// `srun -Z`, without an allocation, for root and SlurmUser: reaches busy and drained nodes.
    case direct
    /// No Slurm at all: the machine fleet runs on.
    case local
}
