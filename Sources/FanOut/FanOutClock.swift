/// The clock of an engine, so that a run of hours can be simulated in seconds.
package struct FanOutClock: Sendable {
    /// The time since any one moment; it never goes back.
    package let now: @Sendable () -> Duration
    /// Pauses for so long, also in a task that was cancelled.
    package let pause: @Sendable (Duration) async -> Void

    /// Makes a clock of its two parts.
    package init(
        now: @escaping @Sendable () -> Duration, pause: @escaping @Sendable (Duration) async -> Void
    ) {
        self.now = now
        self.pause = pause
    }

    /// The machine's own.
    package static var system: FanOutClock {
        let origin = ContinuousClock.now
        return FanOutClock(now: { ContinuousClock.now - origin }) { interval in
            await Task.detached { try? await Task.sleep(for: interval) }.value
        }
    }
}
