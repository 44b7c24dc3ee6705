import FanOut
package import Runs
package import Verdicts

/// A run that is over, as it goes into the history.
package struct HistoryRecord: Hashable, Sendable {
    /// The cluster it ran on, by its ClusterName.
    package var cluster: String
    /// The run.
    package var run: HistoryRun
    /// A verdict per target.
    package var verdicts: [HistoryVerdict]
    /// Under which name its verdicts become the last ones of their nodes; nil where they say nothing of a node's health.
    package var standingName: String?
    /// The checks that the run was made of, each under its own name.
    package var parts: [Part] = []

    /// What a run that is made of several checks says for one of them.
    package struct Part: Hashable, Sendable {
        /// Under which name its verdicts become the last ones of their nodes.
        package var standingName: String
        /// A verdict for each node that it is for.
        package var verdicts: [HistoryVerdict]
        /// The nodes that it is not for, any more or ever: nothing stands there.
        package var notFor: [String] = []
    }

    /// Makes the record of a run.
    ///
    /// - Parameters:
    ///   - manifest: What was asked.
    ///   - reports: The rows as they were printed; the head node's, which is none of the cluster's, is left out.
    ///   - ended: When it was over, in seconds since 1970.
    ///   - wasInterrupted: Whether it was interrupted.
    package init(manifest: RunManifest, reports: [NodeReport], ended: Int, wasInterrupted: Bool) {
        let check = manifest.specification.checkName
        cluster = manifest.cluster
        standingName = manifest.specification.standingName
        run = HistoryRun(
            id: manifest.id, check: check, command: Array(manifest.command.dropFirst()),
            user: manifest.user, started: manifest.started, ended: ended,
            wasInterrupted: wasInterrupted, counts: RunSummary(reports))
        verdicts = Self.verdicts(reports, run: manifest.id, check: check, ended: ended)
        parts = manifest.specification.parts(of: reports).compactMap { part in
            part.specification.standingName.map { name in
                Part(
                    standingName: name,
                    verdicts: Self.verdicts(
                        part.reports, run: manifest.id, check: name, ended: ended),
                    notFor: part.notFor)
            }
        }
    }

    private static func verdicts(
        _ reports: [NodeReport], run: String, check: String, ended: Int
    ) -> [HistoryVerdict] {
        reports.filter { $0.result.launcher != .local }.map { report in
            let findings = report.judgement?.findings.filter { $0.severity > .info } ?? []
            return HistoryVerdict(
                node: report.result.node, run: run, check: check, time: ended,
                outcome: report.result.outcome, verdict: report.verdict,
                findings: findings.map(HistoryFinding.init),
                reason: findings.isEmpty ? report.result.reason.map(HistoryFinding.cut) : nil)
        }
    }

    /// Makes a record of parts.
    package init(
        cluster: String, run: HistoryRun, verdicts: [HistoryVerdict], standingName: String?
    ) {
        self.cluster = cluster
        self.run = run
        self.verdicts = verdicts
        self.standingName = standingName
    }

    /// Whether a row says something of its node's health: not where nothing ran, or somebody ended it.
    package static func counts(_ verdict: HistoryVerdict) -> Bool {
        switch verdict.outcome {
        case .notRun, .cancelled: false
        case .finished, .timedOut, .nodeFailed, .launchFailed, .garbled: verdict.verdict != nil
        }
    }
}
