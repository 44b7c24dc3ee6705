/// How a target ended.
package enum Outcome: String, CaseIterable, Codable, Hashable, Sendable {
    /// The payload ended; its exit status is known.
    case finished
    /// A deadline ended it.
    case timedOut = "timed_out"
    /// Slurm says that the node failed under it.
    case nodeFailed = "node_failed"
    /// The payload was never started.
    case launchFailed = "launch_failed"
    /// A user or fleet ended it early.
    case cancelled
    /// The job ended, but its record is missing or cannot be trusted.
    case garbled
    /// Nothing was sent.
    case notRun = "not_run"

    /// The outcome in words for a table.
    package var words: String {
        rawValue.split(separator: "_").joined(separator: " ")
    }
}
