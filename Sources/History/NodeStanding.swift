package import Verdicts

/// Where one check of one node stands, with the node and what the check looks at.
package struct NodeStanding: Hashable, Sendable {
    /// The node's name.
    package var node: String
    /// What the check looks at.
    package var scope: CheckScope
    /// Where it stands.
    package var standing: Standing

    /// Makes a value of its parts.
    package init(node: String, scope: CheckScope, standing: Standing) {
        self.node = node
        self.scope = scope
        self.standing = standing
    }

    /// What the check said last.
    package var lastVerdict: LastVerdict {
        LastVerdict(
            node: node, check: scope.name, verdict: standing.verdict, time: standing.time,
            run: standing.run, user: standing.user, message: standing.message,
            since: standing.begin, findings: standing.findings, recent: standing.recent)
    }

    /// What the newest run says, as another history is told of it.
    private var look: Standing.Look {
        Standing.Look(
            CheckResult(
                scope, findings: standing.findings.map(\.finding), unseen: standing.unseen,
                verified: standing.verified), time: standing.time, run: standing.run,
            user: standing.user)
    }

    /// Whether a run was told by its `--skip` to leave out the very finding that stands here.
    ///
    /// Only what says that something could not be checked is left out by its full code alone, so the run counts as
    /// having looked at all else, and yet says nothing of it. Who skips it here as well never had it.
    private func isHidden(from other: CheckScope) -> Bool {
        let left = Set(other.skip).subtracting(scope.skip)
        guard !left.isEmpty else { return false }
        let failed = standing.isWell ? [] : standing.problem?.codes ?? []
        return !left.isDisjoint(with: standing.findings.map(\.code) + failed)
    }

    /// The standings of a node that a run has a say in: the one of its own scope, and those of narrower ones.
    ///
    /// - Parameters:
    ///   - known: The standings of the node.
    ///   - node: The node's name.
    ///   - look: What the run says.
    ///   - message: What it says of its own scope in one line; nil takes its worst finding.
    /// - Returns: Those that change, the new one included.
    package static func moved(
        _ known: [NodeStanding], node: String, by look: Standing.Look, message: String? = nil
    ) -> [NodeStanding] {
        let scope = look.result.scope
        var moved: [NodeStanding] = []
        if !known.contains(where: { $0.scope.name == scope.name }) {
            moved.append(
                NodeStanding(
                    node: node, scope: scope, standing: Standing(look, message: message)))
        }
        for var standing in known {
            let isOwn = standing.scope.name == scope.name
            guard isOwn || !standing.isHidden(from: scope) else { continue }
            guard let result = isOwn ? look.result : look.result.seen(as: standing.scope) else {
                continue
            }
            var look = look
            look.result = result
            guard
                let next = standing.standing.followed(by: look, message: isOwn ? message : nil)
            else { continue }
            standing.standing = next
            moved.append(standing)
        }
        return moved
    }

    /// What several histories say together: of one check the newest run's word, unless that one did not look at what an
    /// older one found.
    ///
    /// - Parameter lists: A list for each history.
    /// - Returns: One standing for each scope of each node.
    package static func merged(_ lists: [[NodeStanding]]) -> [NodeStanding] {
        let lists = lists.filter { !$0.isEmpty }
        guard lists.count > 1 else { return lists.first ?? [] }
        struct Key: Hashable {
            let node: String
            let name: String
        }
        var merged: [Key: NodeStanding] = [:]
        var order: [Key] = []
        let byNode = lists.map { Dictionary(grouping: $0, by: \.node) }
        for (place, list) in lists.enumerated() {
            for own in list {
                var own = own
                let others = byNode.enumerated().filter { $0.offset != place }
                    .flatMap { $0.element[own.node] ?? [] }.sorted {
                        $0.standing.time < $1.standing.time
                    }
                for other in others { own.follow(other) }
                let key = Key(node: own.node, name: own.scope.name)
                if merged[key] == nil { order.append(key) }
                merged[key] = merged[key].map { Self.better($0, own) } ?? own
            }
        }
        return order.compactMap { merged[$0] }
    }

    /// Takes what another history's newest run of this check, or of a wider one, said later.
    private mutating func follow(_ other: NodeStanding) {
        guard other.standing.time > standing.time, other.standing.run != standing.run,
            var look = Optional(other.look)
        else { return }
        guard other.scope.name == scope.name || !isHidden(from: other.scope) else { return }
        // What failed may have hidden the rest, and which codes do is not kept.
        guard let result = look.result.seen(as: scope),
            result.scope == other.scope || other.standing.verdict != .fail
        else { return }
        // Of rows of older fleets the findings are not known.
        guard result.verdict == other.standing.verdict || result.scope != other.scope else {
            standing =
                standing.followed(
                    by: other.standing.verdict, time: look.time, run: look.run,
                    message: other.standing.message) ?? standing
            return
        }
        look.result = result
        standing = standing.followed(by: look) ?? standing
    }

    /// Of two that both tell of the newest run the one that knows of it longer; one that was not cleared by the other
    /// stays.
    private static func better(_ left: NodeStanding, _ right: NodeStanding) -> NodeStanding {
        // Who is still not well has not been looked at by the other.
        if left.standing.isWell != right.standing.isWell {
            return left.standing.isWell ? right : left
        }
        if left.standing.time != right.standing.time {
            return left.standing.time > right.standing.time ? left : right
        }
        return left.standing.since <= right.standing.since ? left : right
    }
}

extension [NodeStanding] {
    /// What every check said last, by node, worst first.
    package var lastVerdicts: [String: [LastVerdict]] {
        Dictionary(grouping: map(\.lastVerdict), by: \.node).mapValues(LastVerdict.ordered)
    }

    /// Where every check stands that is not well, or was not before.
    ///
    /// - Parameter filter: Which of it; with a time, what changed since.
    /// - Returns: The changes in order.
    package func changes(_ filter: HistoryFilter) -> [HistoryChange] {
        HistoryChange.ordered(
            self.filter { filter.takes(check: $0.scope.name) }.compactMap {
                $0.standing.change(node: $0.node, check: $0.scope.name, since: filter.since)
            }, limit: filter.limit)
    }
}
