package import FanOut
package import Verdicts

/// One line of a run's journal.
package enum JournalEntry: Codable, Hashable, Sendable {
    /// A job was submitted for a node.
    case submitted(node: String, SubmittedJob)
    /// A `srun` was started for a node.
    case started(node: String, launcher: Launcher, attempt: Int)
    /// A target is done; its streams are in its record, and where there is none, with the row.
    case row(NodeReport)
}
