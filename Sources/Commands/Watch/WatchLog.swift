package import ClusterView
import SlurmModel
import Terminal

/// A watch without a terminal: a line per change, with the time it was seen.
package struct WatchLog: Sendable {
    private var status: ClusterStatus?
    private var freshness = WatchFreshness()
    private var isStale = false
    /// What each node said last: while it does not answer, slurmctld may know nothing of it.
    private var boots: [String: Int] = [:]
    private var versions: [String: String] = [:]

    /// Two boot times that differ by less, in seconds, are one: slurmd reckons it from the uptime.
    private static let sameBoot = 60

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
        let restarts = restarts(in: answer)
        guard let status else { return changes }
        if status.warnings != answer.warnings {
            let said = [status, answer].map { $0.warnings.joined(separator: "; ") }
            changes.append(
                StatusChange(
                    .controller, "slurmctld", "warnings", from: said[0].isEmpty ? nil : said[0],
                    to: said[1].isEmpty ? nil : said[1]))
        }
        return changes + StatusChange.changes(from: status, to: answer) + restarts
    }

    /// Nodes that booted, or whose slurmd is of another release, since they were last heard of.
    private mutating func restarts(in answer: ClusterStatus) -> [StatusChange] {
        var changes: [StatusChange] = []
        for node in answer.nodes {
            if let boot = node.bootTime {
                if let old = boots[node.name], abs(boot - old) >= Self.sameBoot {
                    changes.append(
                        StatusChange(
                            .node, node.name, "boot_time", from: UTCTime.text(old),
                            to: UTCTime.text(boot)))
                }
                boots[node.name] = boot
            }
            if let version = node.version {
                if let old = versions[node.name], version != old {
                    changes.append(
                        StatusChange(
                            .node, node.name, "slurmd_version", from: old, to: version))
                }
                versions[node.name] = version
            }
        }
        return changes
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
