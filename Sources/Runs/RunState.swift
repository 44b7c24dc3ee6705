import FanOut
import Verdicts

/// Where a kept run stands.
package enum RunState: String {
    /// Its fleet wrote its end, or had no room to write it and all rows are there.
    case ended
    /// It was interrupted, and ended.
    case interrupted
    /// A fleet watches it.
    case running
    /// Nobody watches it, and rows are missing.
    case left

    /// Looks at summary and lock, and without these at the rows.
    package init(_ run: StoredRun, summary: RunSummaryFile?) {
        if let summary {
            self = summary.wasInterrupted ? .interrupted : .ended
        } else {
            self = RunLock.isHeld(run) ? .running : Self.ofRows(try? KeptRun(run))
        }
    }

    /// What the rows of a run tell that nobody watches and that has no summary.
    private static func ofRows(_ run: KeptRun?) -> RunState {
        guard let run, run.isComplete else { return .left }
        return run.rows.contains { $0.result.code == .interrupted } ? .interrupted : .ended
    }
}
