import FanOut
import SlurmModel
package import Verdicts

/// A run as it lies on disk: what was asked, and every row that was given out.
package struct KeptRun {
    /// The run on disk.
    package let run: StoredRun
    /// What the run asked of its nodes.
    package let manifest: RunManifest
    let targets: [Target]
    let entries: [JournalEntry]

    /// Reads a run.
    ///
    /// - Throws: A ``RunStoreError``.
    package init(_ run: StoredRun) throws(RunStoreError) {
        self.run = run
        manifest = try run.manifest()
        targets = try run.targets()
        entries = try run.entries()
    }

    /// The rows in the order in which the nodes were selected, without the nodes' output; once the run is over, they
    /// are compared with each other, as they were at the end of the run.
    package var rows: [NodeReport] {
        let nodes = Dictionary(targets.map { ($0.node.name, $0.node) }) { first, _ in first }
        let known = entries.compactMap { entry -> NodeReport? in
            guard case .row(var report) = entry else { return nil }
            if report.result.launcher != .local { report.node = nodes[report.result.node] }
            return report
        }
        let rows = RunRows(known).ordered(targets: targets, head: manifest.head)
        return run.summary() == nil ? rows : manifest.specification.probe.review(rows)
    }

    /// Whether every target has its row: then the run is over, even if its summary could not be written.
    var isComplete: Bool { openCount == 0 }

    /// How many targets have no row; the row of a node that is no target stands for none of them.
    private var openCount: Int {
        let expected = Set(targets.map(\.node.name) + (manifest.head.map { ["/\($0)"] } ?? []))
        let rows = entries.compactMap { entry -> String? in
            guard case .row(let report) = entry else { return nil }
            return (report.result.launcher == .local ? "/" : "") + report.result.node
        }
        return max(manifest.nodeCount, expected.count) - expected.intersection(rows).count
    }

    /// A sentence about a run that lacks rows; nil for a complete run.
    package var openWords: String? {
        let open = openCount
        guard open > 0 else { return nil }
        guard run.summary() == nil else {
            return
                "fleet: the run's journal is not whole: \(open) of \(manifest.nodeCount) nodes have no row there; --failed-from \(run.id) selects them, too"
        }
        let state = RunLock.isHeld(run) ? "is going on" : "was left by its fleet"
        return
            "fleet: the run \(state): \(open) of \(manifest.nodeCount) nodes have no row yet; fleet attach \(run.id)"
    }

    /// The name of every target, the head node's first.
    package var names: [String] {
        (manifest.head.map { [$0] } ?? []) + targets.map(\.node.name)
    }

    /// A row with what the node wrote.
    package func withStreams(_ report: NodeReport) -> NodeReport {
        run.withStreams(report, plan: manifest.plan)
    }

    /// The nodes that failed or are unknown, and those without a row: the nodes to run again.
    package var unfinished: [String] {
        // The head node may have the same name as a node of the cluster.
        let rows = rows.filter { $0.result.launcher != .local }
        let well = Set(
            rows.filter { $0.verdict == .ok || $0.verdict == .warn }.map(\.result.node))
        return targets.map(\.node.name).filter { !well.contains($0) }
    }
}
