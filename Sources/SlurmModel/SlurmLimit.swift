/// A number of Slurm's that may also mean "without limit"; where it is optional, nil means that nothing is set
/// and the cluster's setting counts.
package enum SlurmLimit: Codable, Hashable, Sendable {
    /// At most so many.
    case value(Int)
    /// No limit, or never.
    case unlimited
}
