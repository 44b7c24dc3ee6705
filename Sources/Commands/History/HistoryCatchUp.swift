import History
import Runs
import Sweeps
import Terminal

/// Takes into the history what lies in the run directories and is not there: of a fleet that was killed at its end, or
/// found the history locked, or of one that had none yet.
struct HistoryCatchUp {
    let catalog: RunCatalog
    let store: SQLiteHistory
    let cluster: String
    let console: Console

    /// Takes them over, the oldest first; what cannot be read is passed over, as it is not the history that is asked for.
    func run(now: Int) {
        guard let runs = try? catalog.runs() else { return }
        // A run's name begins with its time: what would be pruned at once need not be opened.
        let oldest = store.keep.map { RunTimestamp.text(secondsSince1970: max(0, now - $0)) } ?? ""
        let recent = runs.filter { $0.id >= oldest }
        guard let missing = try? Set(store.missing(of: recent.map(\.id), cluster: cluster)) else {
            return
        }
        for run in recent where missing.contains(run.id) {
            guard let record = Self.record(of: run, cluster: cluster) else { continue }
            do throws(HistoryError) {
                try store.record(run: record)
            } catch {
                console.say(
                    TerminalText.visible("fleet: run \(run.id) is not in the history: \(error)"))
                return
            }
        }
    }

    /// The run as it goes into the history; nil while it goes on, and for one of another cluster.
    private static func record(of run: StoredRun, cluster: String) -> HistoryRecord? {
        guard let summary = run.summary(), let manifest = try? run.manifest(),
            manifest.cluster == cluster, let kept = try? KeptRun(run)
        else { return nil }
        return HistoryRecord(
            manifest: manifest, reports: kept.rows, ended: summary.ended,
            wasInterrupted: summary.wasInterrupted)
    }
}
