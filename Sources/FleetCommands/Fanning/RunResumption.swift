import FleetCore
import FoundationEssentials
import Glibc
import SlurmKit
import SlurmModel

/// What a run whose fleet is gone has left: rows, jobs that may still run, and targets that were never sent to.
struct RunResumption: Sendable {
    /// The rows that were given out, with their nodes.
    let rows: [NodeReport]
    /// The jobs of the targets that have no row yet.
    let jobs: [String: SubmittedJob]
    /// The targets whose job is known.
    let underWay: [Target]
    /// Rows of targets that were never sent to.
    let lost: [NodeResult]
    private let steps: [Target]
    private let run: StoredRun
    private let manifest: RunManifest

    /// Looks through journal, records and slurmctld's jobs.
    init(
        session: Session, run: StoredRun, manifest: RunManifest, targets: [Target],
        entries: [JournalEntry]
    ) async {
        let nodes = Dictionary(targets.map { ($0.node.name, $0.node) }) { first, _ in first }
        var rows: [String: NodeReport] = [:]
        var submitted: [String: SubmittedJob] = [:]
        for entry in entries {
            switch entry {
            case .submitted(let node, let job): submitted[node] = job
            case .row(var report):
                let isHead = report.result.launcher == .local
                report.node = isHead ? nil : nodes[report.result.node]
                rows[(isHead ? "/" : "") + report.result.node] = report
            }
        }
        self.run = run
        self.manifest = manifest
        self.rows = Array(rows.values)
        let open = targets.filter { rows[$0.node.name] == nil }
        steps = open.filter {
            if case .dispatch(let way) = $0.decision { way.launcher != .job } else { false }
        }
        let rest = open.filter {
            if case .dispatch(let way) = $0.decision { way.launcher == .job } else { true }
        }
        let unknown = rest.filter { submitted[$0.node.name] == nil }
        if !unknown.isEmpty {
            // The fleet was killed between a submission and the journal's line for it.
            for (node, job) in await Self.found(session, run: run, manifest: manifest) {
                submitted[node] = submitted[node] ?? job
            }
        }
        jobs = submitted
        underWay = rest.filter {
            if case .notRun = $0.decision { return true }
            return submitted[$0.node.name] != nil
        }
        let under = Set(underWay.map(\.node.name))
        var lost = rest.filter { !under.contains($0.node.name) }
            .map { NodeResult(node: $0.node.name, refusal: Self.neverSent(manifest)) }
        if let head = manifest.head, rows["/\(head)"] == nil {
            lost.append(Self.headRow(head, run: run, manifest: manifest))
        }
        self.lost = lost
    }

    private static func neverSent(_ manifest: RunManifest) -> Target.Refusal {
        Target.Refusal(
            .abandoned, "fleet ended before its job was submitted",
            remedy: "run it there: --failed-from \(manifest.id)")
    }

    /// The run's jobs that the journal does not know, from the records' names and slurmctld.
    private static func found(
        _ session: Session, run: StoredRun, manifest: RunManifest
    ) async -> [String: SubmittedJob] {
        var jobs: [String: SubmittedJob] = [:]
        let scan = run.directory.scan()
        for name in scan.finished.union(scan.started) {
            guard let dot = name.lastIndex(of: "."),
                let job = UInt32(name[name.index(after: dot)...])
            else { continue }
            jobs[String(name[..<dot])] = SubmittedJob(job: job, attempt: 1)
        }
        for job in (try? await session.controller.jobs(of: geteuid())) ?? []
        where job.name == manifest.plan.jobName {
            guard let node = job.requestedNode else { continue }
            jobs[node] = jobs[node] ?? SubmittedJob(job: job.id, attempt: 1)
        }
        return jobs
    }

    private static func headRow(
        _ head: String, run: StoredRun, manifest: RunManifest
    ) -> NodeResult {
        if let record = try? run.directory.record(for: manifest.plan.key(node: head)) {
            return NodeResult(
                node: head, record: record, launcher: .local,
                late: "still running after \(manifest.plan.payload.timeout) s")
        }
        return NodeResult(
            node: head, outcome: .garbled, launcher: .local,
            reason: "fleet ended while it ran here", code: .abandoned)
    }

    /// Waits for the records of `srun` processes that outlived their fleet.
    func awaitSteps(
        limits: FanOutLimits, control: FanOutControl, _ emit: @Sendable (FanOutEvent) -> Void
    ) async {
        let due =
            manifest.started + manifest.plan.wait + Int(limits.recordDue.components.seconds) + 30
        for target in steps {
            while true {
                if let row = stepRow(of: target) {
                    emit(.result(row))
                    break
                }
                guard Int(Date().timeIntervalSince1970) < due, !control.isCancelled else {
                    emit(.result(abandoned(target)))
                    break
                }
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private func stepRow(of target: Target) -> NodeResult? {
        guard case .dispatch(let way) = target.decision else { return nil }
        // Retries are rare: the first few attempts' names are tried.
        for attempt in (1...5).reversed() {
            let key = manifest.plan.key(
                node: target.node.name, job: "\(way.launcher.rawValue)-\(attempt)")
            guard let record = run.directory.streamedRecord(for: key) else { continue }
            var row = NodeResult(
                node: target.node.name, record: record, launcher: way.launcher,
                late: "still running after \(manifest.plan.payload.timeout) s (--timeout)")
            row.attempts = attempt
            row.note = way.note
            return row
        }
        return nil
    }

    private func abandoned(_ target: Target) -> NodeResult {
        NodeResult(
            node: target.node.name, outcome: .garbled,
            reason: "fleet ended while srun carried it there, and no answer came back",
            code: .abandoned, remedy: "run it there: --failed-from \(manifest.id)")
    }
}
