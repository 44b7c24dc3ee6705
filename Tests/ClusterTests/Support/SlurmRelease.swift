/// A release of Slurm, and what it says in other words than other releases.
struct SlurmRelease: Sendable {
    /// Such as `24.11.5`.
    let name: String

    /// Whether a node that was resumed keeps its Reason until a job starts there; so without slurmdbd, which these
    /// clusters lack.
    var keepsReason: Bool { ["23.11", "24.11"].contains(where: name.hasPrefix) }

    /// Whether a resumed node's Reason is right: it is gone, or this release keeps it.
    func isReasonOfResumed(_ reason: String) -> Bool { reason.isEmpty || keepsReason }
}
