package import History
package import SlurmModel

/// Which of the nodes that can be checked were checked, how long ago, and by whom: what is not known is no health.
///
/// A node was checked when all was looked at that is known to be looked at there: its GPUs, and its mounts. Of each the
/// newest look counts that left nothing out, and the node's age is that of the older one.
package struct FleetCoverage: Hashable, Sendable {
    /// The nodes of which no check ever said anything that left nothing out.
    package private(set) var unchecked: [String] = []
    /// The nodes that were checked longer than ``freshSeconds`` ago, the oldest first.
    package private(set) var old: [Aged] = []
    /// How many nodes were checked lately.
    package private(set) var fresh = 0
    /// How long ago the node was checked that was checked last, in seconds; nil where none was.
    package private(set) var newest: Int?
    /// Who made these checks of the nodes, in order.
    package private(set) var users: [String] = []

    /// A node and how long ago it was checked, in seconds.
    package struct Aged: Hashable, Sendable {
        /// The node's name.
        package var node: String
        /// How long ago that check ended, in seconds.
        package var age: Int
        /// The command that checks it again, without `fleet`: `health`, or the check itself where a sweep may not make
        /// it.
        package var command: String
    }

    /// A day, in seconds: a site that sweeps every night has each node's last word within it.
    package static let freshSeconds = 86_400

    /// Looks at nodes.
    ///
    /// - Parameters:
    ///   - nodes: The nodes; those that are asleep, or do not answer slurmctld, cannot be checked and do not count.
    ///   - verdicts: What every check said last, by node.
    ///   - now: The present, in seconds since 1970.
    package init(_ nodes: [Node], verdicts: [String: [LastVerdict]], now: Int) {
        var names: Set<String> = []
        for node in nodes where AttentionRules.isAlive(node) {
            let looks = NodeLooks(verdicts[node.name] ?? [], now: now)
            guard let last = looks.whole(of: node) else {
                unchecked.append(node.name)
                continue
            }
            let age = max(0, now - last.time)
            newest = min(newest ?? age, age)
            if let user = last.user { names.insert(user) }
            if age > Self.freshSeconds {
                old.append(Aged(node: node.name, age: age, command: looks.command(after: last)))
            } else {
                fresh += 1
            }
        }
        old.sort { ($1.age, $0.node) < ($0.age, $1.node) }
        users = names.sorted()
    }

    /// Whether every node that can be checked was, and lately.
    package var isWhole: Bool { unchecked.isEmpty && old.isEmpty }
}

/// What checks said of one node, as far as they left nothing out.
private struct NodeLooks {
    private let looks: [LastVerdict]

    /// Leaves out what `--only` and `--skip` made narrower: it says nothing of the rest.
    ///
    /// Nor does what a clock that was wrong dates from days to come: it would never get old.
    init(_ verdicts: [LastVerdict], now: Int) {
        let latest = now + FleetCoverage.freshSeconds
        looks = verdicts.filter { !$0.isFiltered && $0.time <= latest }
    }

    /// The last look at the whole node: the older of the newest looks at its GPUs and at its mounts, as far as there are
    /// any; nil where it was not checked.
    ///
    /// Which of the site's probes a sweep makes is not known here, and gpu-diag is made rarely: they count only where a
    /// sweep may have nothing else, on a node without GPUs.
    func whole(of node: Node) -> LastVerdict? {
        let own = [Self.newest(looks.filter { $0.check == "gpu-check" }), mounts]
            .compactMap(\.self)
        guard own.isEmpty else { return own.min { $0.time < $1.time } }
        return node.gpus.isEmpty ? Self.newest(looks) : nil
    }

    /// The newest look at all mounts; at some, where nobody ever looked at all.
    private var mounts: LastVerdict? {
        let known = looks.filter(Self.isOfMounts)
        let all = known.filter(isOfAllMounts)
        return Self.newest(all.isEmpty ? known : all)
    }

    /// The command, without `fleet`, that makes the last look at the whole node again.
    func command(after last: LastVerdict) -> String {
        Self.isOfMounts(last) && !isOfAllMounts(last)
            ? AttentionRules.command(of: last.check) : "health"
    }

    private static func isOfMounts(_ look: LastVerdict) -> Bool {
        look.check == "check-mount" || look.check.hasPrefix("check-mount ")
    }

    /// Whether it looked at all mounts of the node, and not at those that somebody named.
    private func isOfAllMounts(_ look: LastVerdict) -> Bool {
        let words = look.check.split(separator: " ")
        // These flags make it deeper, and not narrower.
        if words.count == 1 || ["--expect", "--canary"].contains(words[1]) { return true }
        // What a sweep looked at is all, also where the settings name the mount points.
        return looks.contains { $0.run == look.run && !Self.isOfMounts($0) }
    }

    private static func newest(_ looks: [LastVerdict]) -> LastVerdict? {
        looks.max { $0.time < $1.time }
    }
}
