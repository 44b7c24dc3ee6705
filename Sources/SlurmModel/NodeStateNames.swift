/// A node's state exactly as the tools of the linked Slurm write it.
///
/// Except in the complete form, they show at most one flag; which one differs by release.
package struct NodeStateNames: Codable, Hashable, Sendable {
    /// As `sinfo -o %T` shows it, in upper case: `DRAINED*`.
    package var long: String
    /// As `sinfo` shows it, in upper case: `DRAIN*`.
    package var compact: String
    /// As `scontrol show node` shows it, with every flag: `IDLE+DRAIN+NOT_RESPONDING`.
    package var complete: String

    /// Makes names.
    package init(long: String, compact: String, complete: String) {
        self.long = long
        self.compact = compact
        self.complete = complete
    }
}
