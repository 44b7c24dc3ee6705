/// What fleet remembers of its runs and its actions beyond the run directories.
///
/// Every call stands for itself: it opens the store, does its work in one transaction, and closes it.
package protocol HistoryStore: Sendable {
    /// Keeps a run; one that is there already stays as it is.
    ///
    /// - Throws: A ``HistoryError``; then nothing of it is kept.
    func record(run: HistoryRecord) throws(HistoryError)

    /// Keeps what was done to nodes.
    ///
    /// - Throws: A ``HistoryError``; then none of it is kept.
    func record(actions: [NodeAction], cluster: String) throws(HistoryError)

    /// Where every check of every node stands.
    ///
    /// - Throws: A ``HistoryError``.
    func standings(cluster: String) throws(HistoryError) -> [NodeStanding]

    /// The runs, newest last.
    ///
    /// - Throws: A ``HistoryError``.
    func runs(cluster: String, filter: HistoryFilter) throws(HistoryError) -> [HistoryRun]

    /// What runs said of a node, newest last.
    ///
    /// - Throws: A ``HistoryError``.
    func history(
        node: String, cluster: String, filter: HistoryFilter
    ) throws(HistoryError) -> [HistoryVerdict]

    /// Of these runs the ones that are not kept, in the same order.
    ///
    /// - Throws: A ``HistoryError``.
    func missing(of runs: [String], cluster: String) throws(HistoryError) -> [String]

    /// What was done to nodes, newest last.
    ///
    /// - Parameters:
    ///   - node: The node's name; nil for all.
    ///   - cluster: The cluster, by its ClusterName.
    ///   - filter: Which part; the check's name does not count.
    /// - Returns: The actions.
    /// - Throws: A ``HistoryError``.
    func actions(
        node: String?, cluster: String, filter: HistoryFilter
    ) throws(HistoryError) -> [NodeAction]

    /// Removes what ended before a time, in seconds since 1970.
    ///
    /// - Returns: How many runs were removed.
    /// - Throws: A ``HistoryError``.
    func prune(before: Int) throws(HistoryError) -> Int

    /// Forgets what was a mistake.
    ///
    /// - Parameters:
    ///   - what: What is to be forgotten.
    ///   - cluster: The cluster, by its ClusterName.
    /// - Returns: How much was there.
    /// - Throws: A ``HistoryError``; then nothing is forgotten.
    func forget(_ what: HistoryOblivion, cluster: String) throws(HistoryError) -> ForgottenHistory
}

/// What of the history is to be forgotten: runs, or what is known of some nodes or checks.
package struct HistoryOblivion: Hashable, Sendable {
    /// Runs, by their whole names: their verdicts go, and the standings are made anew from the runs that are left.
    package var runs: [String]
    /// Only of these nodes; empty for all.
    package var nodes: [String]
    /// Only of this check, as in ``HistoryFilter/takes(check:)``; nil for all.
    package var check: String?

    /// Names it.
    package init(runs: [String] = [], nodes: [String] = [], check: String? = nil) {
        self.runs = runs
        self.nodes = nodes
        self.check = check
    }
}

/// How much of a history was forgotten.
package struct ForgottenHistory: Hashable, Sendable {
    /// Runs that are gone whole.
    package var runs = 0
    /// Verdicts of nodes.
    package var verdicts = 0
    /// Standings: what `fleet status` showed of a check of a node.
    package var standings = 0

    /// Nothing.
    package init() {}

    /// Whether nothing of it was there.
    package var isEmpty: Bool { self == ForgottenHistory() }
}

extension HistoryStore {
    /// Where every check of every node stands that is not well, or was not before: by check, kind and node.
    ///
    /// Without a time in the filter, new and fixed is what the newest run of the check on that node changed; with one,
    /// what changed since.
    ///
    /// - Throws: A ``HistoryError``.
    package func changes(
        cluster: String, filter: HistoryFilter
    ) throws(HistoryError) -> [HistoryChange] {
        try standings(cluster: cluster).changes(filter)
    }
}
