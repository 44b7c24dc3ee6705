/// How the caller wants payloads to reach the nodes.
package enum LauncherChoice: String, CaseIterable, Codable, Hashable, Sendable {
    /// Whatever reaches the node: a job, and for root and SlurmUser `direct` where a job cannot.
    case auto
    /// A batch job per node, answering through the run directory.
    case job
    /// An `srun` per node, answering on its standard output: no shared storage is needed.
    case srun
    /// An `srun` without an allocation: reaches busy and drained nodes at once, for root and SlurmUser.
    case direct
}
