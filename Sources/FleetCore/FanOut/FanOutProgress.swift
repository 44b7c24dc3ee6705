/// How many targets of a run stand where.
package struct FanOutProgress: Hashable, Sendable {
    /// All targets that are dispatched to.
    package var total: Int
    /// Not yet submitted.
    package var queued = 0
    /// Submitted, not started.
    package var waiting = 0
    /// Started.
    package var running = 0
    /// Ended, one way or another.
    package var done = 0
    /// The nodes that are not done, when they are few enough to be named.
    package var named: [String] = []

    /// Makes a progress with nothing done.
    package init(total: Int) {
        self.total = total
    }
}
