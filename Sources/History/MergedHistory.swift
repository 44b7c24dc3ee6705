/// This user's history and the site's as one: read together, written to the first.
package struct MergedHistory: HistoryStore {
    private let own: any HistoryStore
    private let others: [any HistoryStore]
    private let warn: @Sendable (HistoryError) -> Void

    /// Puts histories together.
    ///
    /// - Parameters:
    ///   - own: The one that is written; where it cannot be read, nothing is.
    ///   - others: Those that are read too.
    ///   - warn: Is told why one of them could not be read.
    package init(
        _ own: any HistoryStore, others: [any HistoryStore],
        warn: @escaping @Sendable (HistoryError) -> Void
    ) {
        self.own = own
        self.others = others
        self.warn = warn
    }

    /// What each history says, this user's first.
    private func each<Answer>(
        _ question: (any HistoryStore) throws(HistoryError) -> Answer
    ) throws(HistoryError) -> [Answer] {
        var answers = [try question(own)]
        for other in others {
            do throws(HistoryError) {
                answers.append(try question(other))
            } catch {
                warn(error)
            }
        }
        return answers
    }

    package func standings(cluster: String) throws(HistoryError) -> [NodeStanding] {
        NodeStanding.merged(
            try each { store throws(HistoryError) in try store.standings(cluster: cluster) })
    }

    package func runs(
        cluster: String, filter: HistoryFilter
    ) throws(HistoryError) -> [HistoryRun] {
        let runs = try each { store throws(HistoryError) in
            try store.runs(cluster: cluster, filter: filter)
        }
        return Self.newest(runs, filter, time: \.ended, id: \.id)
    }

    package func history(
        node: String, cluster: String, filter: HistoryFilter
    ) throws(HistoryError) -> [HistoryVerdict] {
        let verdicts = try each { store throws(HistoryError) in
            try store.history(node: node, cluster: cluster, filter: filter)
        }
        return Self.newest(verdicts, filter, time: \.time, id: \.run)
    }

    package func actions(
        node: String?, cluster: String, filter: HistoryFilter
    ) throws(HistoryError) -> [NodeAction] {
        let actions = try each { store throws(HistoryError) in
            try store.actions(node: node, cluster: cluster, filter: filter)
        }
        return Self.newest(actions, filter, time: \.time, id: { $0 })
    }

    /// The runs that this user's own history lacks: another one may be gone tomorrow.
    package func missing(of runs: [String], cluster: String) throws(HistoryError) -> [String] {
        try own.missing(of: runs, cluster: cluster)
    }

    package func record(run: HistoryRecord) throws(HistoryError) { try own.record(run: run) }

    package func record(actions: [NodeAction], cluster: String) throws(HistoryError) {
        try own.record(actions: actions, cluster: cluster)
    }

    package func prune(before: Int) throws(HistoryError) -> Int { try own.prune(before: before) }

    package func forget(
        _ what: HistoryOblivion, cluster: String
    ) throws(HistoryError) -> ForgottenHistory {
        try own.forget(what, cluster: cluster)
    }

    /// Lists in one, newest last, what is in several of them once.
    private static func newest<Item, ID: Hashable>(
        _ lists: [[Item]], _ filter: HistoryFilter, time: (Item) -> Int, id: (Item) -> ID
    ) -> [Item] {
        var seen: Set<ID> = []
        // A list may hold alike items; between lists they are the same.
        let all = lists.flatMap { list -> [Item] in
            let fresh = list.filter { !seen.contains(id($0)) }
            seen.formUnion(list.map(id))
            return fresh
        }
        let sorted = all.enumerated().sorted {
            (time($0.element), $0.offset) < (time($1.element), $1.offset)
        }.map(\.element)
        return filter.limit.map { Array(sorted.suffix($0)) } ?? sorted
    }
}
