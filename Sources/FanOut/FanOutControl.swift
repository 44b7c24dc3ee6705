import Synchronization

/// The one way to stop a run from outside: a signal handler asks, the engine acts.
package final class FanOutControl: Sendable {
    private let asked = Mutex(false)

    /// Makes a control that asks for nothing.
    package init() {}

    /// Asks the run to end its jobs and to give out the rows that remain.
    package func cancel() {
        asked.withLock { $0 = true }
    }

    /// Whether the run was asked to stop.
    package var isCancelled: Bool {
        asked.withLock { $0 }
    }
}
