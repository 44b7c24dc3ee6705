import Synchronization

/// How many targets of a run are in each phase.
package struct FanOutProgress: Hashable, Sendable {
    /// All targets that are dispatched to.
    package var total: Int
    /// Not yet submitted.
    package var queued = 0
    /// Submitted, not started.
    package var waiting = 0
    /// Started.
    package var running = 0
    /// Ended, with any outcome.
    package var done = 0
    /// How many running targets report each stage, by the stage's words.
    package var stages: [String: Int] = [:]
    /// The nodes that are not done, when they are few enough to be named.
    package var named: [String] = []

    /// The sum of two launchers' progress.
    static func + (left: FanOutProgress, right: FanOutProgress) -> FanOutProgress {
        var sum = FanOutProgress(total: left.total + right.total)
        sum.queued = left.queued + right.queued
        sum.waiting = left.waiting + right.waiting
        sum.running = left.running + right.running
        sum.done = left.done + right.done
        sum.stages = left.stages.merging(right.stages, uniquingKeysWith: +)
        let named = left.named + right.named
        sum.named = sum.total - sum.done == named.count ? named : []
        return sum
    }

    /// Makes a progress with nothing done.
    package init(total: Int) {
        self.total = total
    }
}

/// One progress for a run whose targets are reached by several launchers at once.
final class ProgressBoard: Sendable {
    private let parts = Mutex<[Launcher: FanOutProgress]>([:])

    /// Stores one launcher's progress, and returns the sum of all launchers.
    func update(_ launcher: Launcher, _ progress: FanOutProgress) -> FanOutProgress {
        parts.withLock { parts in
            parts[launcher] = progress
            return parts.values.reduce(FanOutProgress(total: 0)) { $0 + $1 }
        }
    }
}
