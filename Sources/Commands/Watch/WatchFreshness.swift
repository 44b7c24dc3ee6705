import FanOut

/// How old what a watch shows is, and why.
package struct WatchFreshness: Hashable, Sendable {
    /// When slurmctld last answered, in seconds since 1970; nil before its first answer.
    package private(set) var answered: Int?
    /// Since when it is being asked; nil while it is not.
    private var asked: Int?
    /// Why it did not answer last time.
    private var problem: String?

    /// An answer may take so long, in seconds, before what is shown counts as stale.
    private static let patience = 3

    /// Nothing asked, nothing known.
    package init() {}

    /// slurmctld is being asked.
    package mutating func ask(at now: Int) { asked = now }

    /// It answered.
    package mutating func answer(at now: Int) {
        answered = now
        asked = nil
        problem = nil
    }

    /// It did not, and why.
    package mutating func fail(_ words: String) {
        problem = words.split(separator: "\n").first.map(String.init) ?? words
        asked = nil
    }

    /// What is wrong with what is shown: `stale since 14:02:11: ...`; nil for what is fresh.
    ///
    /// - Parameters:
    ///   - now: The present, in seconds since 1970.
    ///   - clock: A moment as people read it, with its seconds.
    /// - Returns: The warning, without a period.
    package func warning(at now: Int, clock: (Int) -> String) -> String? {
        let isSlow = asked.map { now - $0 >= Self.patience } ?? false
        guard isSlow || problem != nil else { return nil }
        let cause =
            problem ?? "slurmctld has not answered for \(Age(seconds: now - (asked ?? now)).text)"
        return answered.map { "stale since \(clock($0)): \(cause)" }
            ?? "nothing known yet: \(cause)"
    }
}
