import Synchronization

/// The phase of each target of a ``StepFanOut``, as its tasks report it.
final class StepTally: Sendable {
    private let state: Mutex<(progress: FanOutProgress, keys: Set<RecordKey>)>

    init(total: Int) {
        var progress = FanOutProgress(total: total)
        progress.queued = total
        state = Mutex((progress, []))
    }

    /// The steps on single nodes that are under way.
    var keys: Set<RecordKey> { state.withLock { $0.keys } }

    func change(_ body: (inout FanOutProgress) -> Void) -> FanOutProgress {
        state.withLock {
            body(&$0.progress)
            return $0.progress
        }
    }

    func begin(_ key: RecordKey) { state.withLock { _ = $0.keys.insert(key) } }
    func end(_ key: RecordKey) { state.withLock { _ = $0.keys.remove(key) } }

    /// So many targets are sent to.
    func started(_ count: Int) -> FanOutProgress {
        change { ($0.queued, $0.running) = ($0.queued - count, $0.running + count) }
    }

    /// A target has its row.
    func ended() -> FanOutProgress {
        change { ($0.running, $0.done) = ($0.running - 1, $0.done + 1) }
    }

    /// So many targets wait to be asked again.
    func givenUp(_ count: Int) -> FanOutProgress {
        change { ($0.running, $0.queued) = ($0.running - count, $0.queued + count) }
    }
}
