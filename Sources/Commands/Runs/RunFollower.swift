import FanOut
import FoundationEssentials
import Reports
import Runs
import SlurmKit
import SlurmModel
import Sweeps
import Terminal
import Verdicts

/// Follows a run that another fleet watches, and takes its place when that one is gone.
struct RunFollower {
    let session: Session
    let run: StoredRun
    let manifest: RunManifest
    let output: RunOutput

    /// Watches to the end.
    ///
    /// - Returns: The run's exit code.
    /// - Throws: A ``RunStoreError`` for files that cannot be read, an ``OutputError``.
    func follow() async throws -> Int32 {
        try RunOwner.checkAll(manifest, cluster: session.slurm.clusterName)
        let targets = try run.targets()
        let nodes = Dictionary(targets.map { ($0.node.name, $0.node) }) { first, _ in first }
        var printer = RunPrinter(
            console: session.console, output: output,
            names: (manifest.head.map { [$0] } ?? []) + targets.map(\.node.name))
        var reports: [NodeReport] = []
        var offset = 0
        while true {
            // The end first: what the journal holds afterwards is all there will be.
            var summary = run.summary()
            if summary == nil, let lock = try RunLock.take(run) {
                // Its fleet may have ended it between the two looks.
                summary = run.summary()
                if summary == nil {
                    return try await takeOver(targets, lock: lock, shown: !reports.isEmpty)
                }
            }
            let (entries, next) = try run.entries(from: offset)
            offset = next
            for case .row(var report) in entries {
                if report.result.launcher != .local { report.node = nodes[report.result.node] }
                report = run.withStreams(report, plan: manifest.plan)
                reports.append(output.needsStreams ? report : report.slim)
                printer.kept(report)
            }
            printer.progress(progress(of: reports, total: manifest.nodeCount))
            guard let summary else {
                try await Task.sleep(for: .milliseconds(250))
                continue
            }
            printer.end()
            try printer.finish(
                RunReport(
                    manifest: manifest, ended: summary.ended,
                    reports: manifest.specification.probe.review(
                        RunRows(reports, keepsStreams: true).ordered(
                            targets: targets, head: manifest.head))))
            // A disk that was full has cost rows, and the table does not show what is not there.
            if let words = try? KeptRun(run).openWords { session.console.say(words) }
            return summary.exitCode
        }
    }

    /// Takes the place of a fleet that is gone; the driver prints all rows from the beginning, once.
    private func takeOver(_ targets: [Target], lock: RunLock, shown: Bool) async throws -> Int32 {
        session.console.say(
            "fleet: the fleet that began run \(run.id) is gone; going on in its place")
        if shown { session.console.say("fleet: every row once more, from the beginning:") }
        return try await RunDriver.resuming(
            session: session, run: run, manifest: manifest, output: output, lock: lock
        ).goOn(targets, entries: run.entries())
    }

    private func progress(of reports: [NodeReport], total: Int) -> FanOutProgress {
        var progress = FanOutProgress(total: total)
        progress.done = reports.count
        progress.running = total - reports.count
        return progress
    }
}
