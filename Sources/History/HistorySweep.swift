/// A run of a check over many nodes, with its rows: what the next one is compared with.
package struct HistorySweep: Hashable, Sendable {
    /// The run.
    package var run: HistoryRun
    /// Its rows, a node each.
    package var rows: [HistoryVerdict]

    /// Makes a sweep.
    package init(run: HistoryRun, rows: [HistoryVerdict]) {
        self.run = run
        self.rows = rows
    }
}
