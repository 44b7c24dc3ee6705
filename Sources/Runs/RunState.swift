import FanOut
import Verdicts

/// The state of a kept run.
package enum RunState: String {
    /// Its fleet wrote the summary, or could not write it and all rows are there.
    case ended
    /// It was interrupted, and ended.
    case interrupted
    /// A fleet watches it.
    case running
    /// No fleet watches it, and rows are missing.
    case left

    /// Decides from summary and lock, and from the rows when both are missing.
    package init(_ run: StoredRun, summary: RunSummaryFile?) {
        if let summary {
            self = summary.wasInterrupted ? .interrupted : .ended
        } else {
            self = RunLock.isHeld(run) ? .running : Self.ofRows(try? KeptRun(run))
        }
    }

    /// The state from the rows alone, for a run that nobody watches and that has no summary.
    private static func ofRows(_ run: KeptRun?) -> RunState {
        guard let run, run.isComplete else { return .left }
        return run.rows.contains { $0.result.code == .interrupted } ? .interrupted : .ended
    }
}
