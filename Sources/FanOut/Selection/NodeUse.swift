/// What a probe does to its node, which decides whether it may run beside other people's jobs.
package enum NodeUse: String, Codable, Hashable, Sendable {
    /// It only looks: it may run beside jobs.
    case reads
    /// It is the user's own command: it runs where Slurm gives it a place.
    case unknown
    /// It changes the node: it waits until no job runs there.
    case changes
}
