import Synchronization

/// One progress for a run whose targets are reached by several launchers at once.
final class ProgressBoard: Sendable {
    private let parts = Mutex<[Launcher: FanOutProgress]>([:])

    /// Takes one launcher's progress, and gives the sum.
    func update(_ launcher: Launcher, _ progress: FanOutProgress) -> FanOutProgress {
        parts.withLock { parts in
            parts[launcher] = progress
            return parts.values.reduce(FanOutProgress(total: 0)) { $0 + $1 }
        }
    }
}
