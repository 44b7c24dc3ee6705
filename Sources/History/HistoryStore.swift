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

    /// The last verdict of every node that has one, by the node's name.
    ///
    /// - Throws: A ``HistoryError``.
    func lastVerdicts(cluster: String) throws(HistoryError) -> [String: LastVerdict]

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

    /// Where every check of every node stands that is not well, or was not before: by check, kind and node.
    ///
    /// Without a time in the filter, new and fixed is what the newest run of the check on that node changed; with one,
    /// what changed since.
    ///
    /// - Throws: A ``HistoryError``.
    func changes(cluster: String, filter: HistoryFilter) throws(HistoryError) -> [HistoryChange]

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
}
