/// Slurm options that a site may require for every job; the same for all nodes of a run.
package struct JobOptions: Codable, Hashable, Sendable {
    /// The account that is charged; nil takes the user's default.
    package var account: String?
    /// The quality of service; nil takes the default.
    package var qos: String?
    /// The reservation the jobs run in.
    package var reservation: String?
    /// Whether the jobs take their whole node.
    package var isExclusive = false
    /// Generic resources each job asks for, such as `gpu:1`; nil asks for what the probe needs.
    package var gres: String?
    /// Memory in MiB; nil takes ``RunPlan``'s own.
    package var memoryMiB: Int?
    /// What the jobs' names begin with.
    package var namePrefix = "fleet"

    /// Makes options that ask for nothing special.
    package init() {}
}
