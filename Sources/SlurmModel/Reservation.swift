/// One reservation in slurmctld: nodes reserved for some users or accounts for some time.
package struct Reservation: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// Its nodes; empty for a reservation that has only licenses or burst buffers.
    package var nodes: [String]
    /// When it begins, in seconds since 1970.
    package var start: Int?
    /// When it ends, in seconds since 1970.
    package var end: Int?
    /// The partition of its jobs; nil when they may use any.
    package var partition: String?
    /// The users who may use it, as Slurm writes them: a leading `-` excludes the user.
    package var users: [String]
    /// The accounts that may use it, as Slurm writes them: a leading `-` excludes the account.
    package var accounts: [String]
    /// Whether it is for maintenance: its nodes have the flag `maintenance` while it lasts.
    package var isMaintenance: Bool

    /// Makes a reservation.
    package init(
        name: String, nodes: [String] = [], start: Int? = nil, end: Int? = nil,
        partition: String? = nil, users: [String] = [], accounts: [String] = [],
        isMaintenance: Bool = false
    ) {
        self.name = name
        self.nodes = nodes
        self.start = start
        self.end = end
        self.partition = partition
        self.users = users
        self.accounts = accounts
        self.isMaintenance = isMaintenance
    }
}
