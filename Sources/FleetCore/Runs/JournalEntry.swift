/// One line of a run's journal.
package enum JournalEntry: Codable, Hashable, Sendable {
    /// A job was submitted for a node.
    case submitted(node: String, SubmittedJob)
    /// A target is done; its streams are in its record, and where there is none, with the row.
    case row(NodeReport)
}
