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
    /// What it says of which check of a node, by the node's name; a node of whose health it says nothing has none.
    package var results: [String: [CheckResult]]
    /// By a check's name the nodes that it is not for, any more or ever: nothing stands there.
    package var notFor: [String: [String]] = [:]

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
        run = HistoryRun(
            id: manifest.id, check: check, command: Array(manifest.command.dropFirst()),
            user: manifest.user, started: manifest.started, ended: ended,
            wasInterrupted: wasInterrupted, counts: RunSummary(reports))
        let reports = reports.filter { $0.result.launcher != .local }
        verdicts = reports.map { report in
            let findings = report.judgement?.findings.filter { $0.severity > .info } ?? []
            return HistoryVerdict(
                node: report.result.node, run: manifest.id, check: check, time: ended,
                outcome: report.result.outcome, verdict: report.verdict,
                findings: findings.map(HistoryFinding.init),
                reason: findings.isEmpty ? report.result.reason.map(HistoryFinding.cut) : nil,
                user: manifest.user)
        }
        let counted = Set(verdicts.filter(Self.counts).map(\.node))
        results = manifest.specification.results(
            of: reports.filter { counted.contains($0.result.node) })
        for part in manifest.specification.parts(of: reports) {
            if let name = part.specification.scope?.name { notFor[name] = part.notFor }
        }
    }

    /// Makes a record of parts.
    ///
    /// - Parameters:
    ///   - cluster: The cluster.
    ///   - run: The run.
    ///   - verdicts: A verdict per target.
    ///   - scope: What it looked at; nil where it says nothing of a node's health.
    package init(
        cluster: String, run: HistoryRun, verdicts: [HistoryVerdict], scope: CheckScope?
    ) {
        self.cluster = cluster
        self.run = run
        self.verdicts = verdicts
        guard let scope else {
            results = [:]
            return
        }
        results = Dictionary(
            verdicts.filter(Self.counts).map {
                ($0.node, [CheckResult(scope, findings: $0.findings.map(\.finding))])
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether a row says something of its node's health: not where nothing ran, or somebody ended it.
    package static func counts(_ verdict: HistoryVerdict) -> Bool {
        switch verdict.outcome {
        case .notRun, .cancelled: false
        case .finished, .timedOut, .nodeFailed, .launchFailed, .garbled: verdict.verdict != nil
        }
    }
}
