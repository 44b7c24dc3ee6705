/// A watch without a terminal: a line per change, with the time it was seen.
package struct WatchLog: Sendable {
    private var status: ClusterStatus?
    private var freshness = WatchFreshness()
    private var isStale = false

    /// Makes a log that knows nothing yet.
    package init() {}

    /// slurmctld is being asked.
    package mutating func ask(at now: Int) { freshness.ask(at: now) }

    /// slurmctld did not answer, and why.
    package mutating func fail(_ words: String) { freshness.fail(words) }

    /// slurmctld answered.
    ///
    /// - Returns: What has changed since its last answer; nothing after the first.
    package mutating func show(_ answer: ClusterStatus, at now: Int) -> [StatusChange] {
        freshness.answer(at: now)
        defer { status = answer }
        var changes: [StatusChange] = []
        if isStale {
            isStale = false
            changes.append(
                StatusChange(.controller, "slurmctld", "answers", from: "false", to: "true"))
        }
        guard let status else { return changes }
        return changes + StatusChange.changes(from: status, to: answer)
    }

    /// What is to be said of an answer that does not come, once until it comes.
    ///
    /// - Parameters:
    ///   - now: The present, in seconds since 1970.
    ///   - clock: A moment as people read it, with its seconds.
    /// - Returns: One change or none.
    package mutating func overdue(at now: Int, clock: (Int) -> String) -> [StatusChange] {
        guard !isStale, let warning = freshness.warning(at: now, clock: clock) else { return [] }
        isStale = true
        return [
            StatusChange(
                .controller, "slurmctld", "answers", from: "true", to: "false", note: warning)
        ]
    }
}
