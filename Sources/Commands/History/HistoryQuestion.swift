import History

/// What is asked of the history.
struct HistoryQuestion {
    let store: any HistoryStore
    let cluster: String
    /// The nodes asked for; nil for all.
    let names: [String]?
    /// Which part of it.
    let filter: HistoryFilter
    /// How many rows at most; nil for all.
    let limit: Int?

    /// The filter with room for one row more, which tells whether there are more.
    private var page: HistoryFilter {
        var page = filter
        page.limit = limit.map { $0 + 1 }
        return page
    }

    /// The runs.
    ///
    /// - Throws: A ``HistoryError``.
    func runs() throws(HistoryError) -> RunHistory {
        let (rows, more) = cut(try store.runs(cluster: cluster, filter: page))
        return RunHistory(runs: rows, hasMore: more)
    }

    /// What was said of the nodes, and done to them.
    ///
    /// - Throws: A ``HistoryError``.
    func nodes() throws(HistoryError) -> NodeHistory {
        var events: [NodeHistory.Event] = []
        for node in names ?? [] {
            events += try store.history(node: node, cluster: cluster, filter: page)
                .map(NodeHistory.Event.verdict)
            // An action belongs to no check.
            guard filter.check == nil else { continue }
            events += try store.actions(node: node, cluster: cluster, filter: page)
                .map(NodeHistory.Event.action)
        }
        // What was done is done after the run that led to it.
        let (rows, more) = cut(
            events.enumerated().sorted {
                ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
            }
            .map(\.element))
        return NodeHistory(events: rows, hasMore: more, nodes: names ?? [])
    }

    /// What changed.
    ///
    /// - Throws: A ``HistoryError``.
    func changes() throws(HistoryError) -> ChangeHistory {
        let wanted = names.map { Set($0) }
        let changes = try store.changes(cluster: cluster, filter: filter)
            .filter { wanted?.contains($0.node) ?? true }
        let known = try store.lastVerdicts(cluster: cluster).keys
            .count { wanted?.contains($0) ?? true }
        return ChangeHistory(
            changes: limit.map { Array(changes.prefix($0)) } ?? changes,
            hasMore: limit.map { changes.count > $0 } ?? false, known: known)
    }

    /// The newest rows, and whether there are older ones.
    private func cut<Row>(_ rows: [Row]) -> ([Row], Bool) {
        guard let limit, rows.count > limit else { return (rows, false) }
        return (Array(rows.suffix(limit)), true)
    }
}
