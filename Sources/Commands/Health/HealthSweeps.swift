import FanOut
import Health
import History
import Sweeps
import Terminal

/// What earlier sweeps of the same choice said, from the history.
struct HealthSweeps {
    /// The sweeps, newest last.
    let sweeps: [HistorySweep]

    /// How many earlier sweeps are read: for the page's strip of history, and to find a node's last row.
    static let most = 30

    /// The sweeps made with `--changed-only`, or all if there are none, so that a sweep by hand in between takes no news
    /// away from the next mail.
    private let compared: [HistorySweep]

    /// Reads them; where that fails it is said, and there are none.
    ///
    /// - Parameters:
    ///   - history: Where they are kept.
    ///   - check: The check's name, as in the history.
    ///   - cluster: The cluster.
    ///   - console: Where it is said that they cannot be read.
    ///   - run: Only those before this one; nil for all. Two that ended in the same second are told apart by their order.
    init(
        history: HistoryAccess, check: String, cluster: String, console: Console,
        before run: (id: String, ended: Int?)? = nil
    ) {
        guard let store = history.store(patience: HistoryAccess.writePatience) else {
            (sweeps, compared) = ([], [])
            return
        }
        do throws(HistoryError) {
            let all = try store.sweeps(check: check, cluster: cluster, limit: Self.most)
            let told = try store.sweeps(
                check: check, cluster: cluster, with: "--changed-only", limit: Self.most)
            let earlier = all.prefix { $0.run.id != run?.id }
            sweeps = earlier.filter { sweep in
                run?.ended.map { sweep.run.ended <= $0 } ?? true
            }
            compared = told.isEmpty ? all : told
        } catch {
            console.say(TerminalText.visible("fleet: earlier sweeps are not known: \(error)"))
            (sweeps, compared) = ([], [])
        }
    }

    /// What the next sweep is compared with.
    var baseline: HealthBaseline {
        var baseline = HealthBaseline()
        for sweep in compared {
            for row in sweep.rows {
                baseline.reached[row.node] = row.outcome != .notRun
                guard HistoryRecord.counts(row) else { continue }
                baseline.rows[row.node] = EarlierRow(
                    verdict: row.verdict,
                    findings: row.findings.map {
                        EarlierRow.Finding(
                            code: $0.code, subject: $0.subject, severity: $0.severity,
                            text: $0.text)
                    })
            }
        }
        return baseline
    }

    /// The sweeps as a page shows them.
    var strips: [HealthPage.Sweep] {
        sweeps.map { sweep in
            HealthPage.Sweep(
                id: sweep.run.id, ended: sweep.run.ended,
                verdicts: Dictionary(
                    sweep.rows.map { ($0.node, $0.verdict) },
                    uniquingKeysWith: { first, _ in first })
            )
        }
    }
}
