package import FanOut
package import History
package import Verdicts

/// Runs for tests of the history.
package enum HistoryFixtures {
    /// The cluster of every run.
    package static let cluster = "c"

    /// A verdict of `gpu-check` on a node.
    package static func verdict(
        _ node: String, _ verdict: Verdict?, run: String, ended: Int,
        outcome: Outcome = .finished, message: String? = nil
    ) -> HistoryVerdict {
        let severity: Severity? =
            switch verdict {
            case .warn: .warn
            case .unknown: .unknown
            case .fail: .fail
            case .ok, nil: nil
            }
        return HistoryVerdict(
            node: node, run: run, check: "gpu-check", time: ended, outcome: outcome,
            verdict: verdict,
            findings: severity.map {
                [HistoryFinding(Finding($0, code: "gpu.count", message: message ?? "of \(run)"))]
            } ?? [], user: "u")
    }

    /// A run of `gpu-check` with these rows.
    package static func record(
        _ run: String, ended: Int, _ verdicts: [HistoryVerdict]
    ) -> HistoryRecord {
        var counts = RunSummary([])
        for verdict in verdicts {
            switch verdict.verdict {
            case .ok: counts.ok += 1
            case .warn: counts.warn += 1
            case .unknown: counts.unknown += 1
            case .fail: counts.fail += 1
            case nil: counts.notRun += 1
            }
        }
        return HistoryRecord(
            cluster: cluster,
            run: HistoryRun(
                id: run, check: "gpu-check", command: ["gpu-check", "-n", "gpu-[1-4]"], user: "u",
                started: ended - 10, ended: ended, wasInterrupted: false, counts: counts),
            verdicts: verdicts, scope: CheckScope("gpu-check"))
    }

    /// The same run as one of another scope; nil for one that says nothing of a node's health.
    package static func record(_ record: HistoryRecord, as scope: CheckScope?) -> HistoryRecord {
        HistoryRecord(
            cluster: record.cluster, run: record.run, verdicts: record.verdicts, scope: scope)
    }

    /// A run of `gpu-check` on so many nodes, of which every tenth fails.
    package static func record(_ run: String, ended: Int, nodes: Int) -> HistoryRecord {
        record(
            run, ended: ended,
            (0..<nodes).map {
                verdict("gpu-\($0)", $0 % 10 == 9 ? .fail : .ok, run: run, ended: ended)
            })
    }
}
