import FleetCore

/// Where a kept run stands.
enum RunState: String {
    /// Its fleet wrote its end.
    case ended
    /// It was interrupted, and ended.
    case interrupted
    /// A fleet watches it.
    case running
    /// Nobody watches it, and its end was never written.
    case left

    /// Looks at summary and lock.
    init(_ run: StoredRun, summary: RunSummaryFile?) {
        if let summary {
            self = summary.wasInterrupted ? .interrupted : .ended
        } else {
            self = RunLock.isHeld(run) ? .running : .left
        }
    }
}
