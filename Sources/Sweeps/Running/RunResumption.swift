import FanOut
import Glibc
import Runs
import SlurmKit
import SlurmModel
import Verdicts

/// The state of a run whose fleet process has ended: its rows, jobs that may still run, and targets that were never
/// sent to.
struct RunResumption: Sendable {
    /// The rows that were given out, with their nodes.
    let rows: [NodeReport]
    /// The jobs of the targets that have no row yet.
    let jobs: [String: SubmittedJob]
    /// The targets with a known job, and those that were not to be run.
    let underWay: [Target]
    /// Rows for targets without a known job.
    let lost: [NodeResult]
    /// The targets that a `srun` carries.
    let steps: StepResumption

    /// Reads the journal, the records and slurmctld's jobs.
    ///
    /// - Throws: A ``SlurmError`` when slurmctld's jobs are needed and slurmctld does not answer.
    init(
        session: Session, run: StoredRun, manifest: RunManifest, targets: [Target],
        entries: [JournalEntry]
    ) async throws {
        let log = Log(entries, targets: targets)
        rows = Array(log.rows.values)
        let open = targets.filter { log.rows[$0.node.name] == nil }
        steps = StepResumption(
            run: run, manifest: manifest, targets: open.filter { !$0.isReachedByJob },
            started: log.started, lastWritten: run.lastWritten)
        let rest = open.filter(\.isReachedByJob)
        var submitted = log.submitted
        if rest.contains(where: { $0.isSent && submitted[$0.node.name] == nil }) {
            // fleet may have been killed between a submission and the journal's line about it.
            let found = try await Self.found(session, run: run, manifest: manifest)
            submitted.merge(found) { known, _ in known }
        }
        jobs = submitted
        underWay = rest.filter { !$0.isSent || submitted[$0.node.name] != nil }
        var lost = rest.filter { $0.isSent && submitted[$0.node.name] == nil }
            .map { Self.neverSent($0, run: run, manifest: manifest) }
        if let head = manifest.head, log.rows["/\(head)"] == nil {
            lost.append(Self.headRow(head, run: run, manifest: manifest))
        }
        self.lost = lost
    }

    /// The journal's entries by target.
    private struct Log {
        var rows: [String: NodeReport] = [:]
        var submitted: [String: SubmittedJob] = [:]
        var started: [String: Int] = [:]

        init(_ entries: [JournalEntry], targets: [Target]) {
            let nodes = Dictionary(targets.map { ($0.node.name, $0.node) }) { first, _ in first }
            for entry in entries {
                switch entry {
                case .submitted(let node, let job): submitted[node] = job
                case .started(let node, _, let attempt): started[node] = attempt
                case .row(var report):
                    let isHead = report.result.launcher == .local
                    report.node = isHead ? nil : nodes[report.result.node]
                    let key = (isHead ? "/" : "") + report.result.node
                    // The first row is the one that was shown, here as for `fleet show`.
                    rows[key] = rows[key] ?? report
                }
            }
        }
    }

    /// The row of a target without a job in journal and slurmctld; the head node claims the attempt, so that it can
    /// never begin.
    private static func neverSent(
        _ target: Target, run: StoredRun, manifest: RunManifest
    ) -> NodeResult {
        let refusal = Target.Refusal(
            .abandoned, "fleet ended before its job was submitted",
            remedy: "run it there: --failed-from \(manifest.id)")
        var row = NodeResult(node: target.node.name, refusal: refusal)
        if run.directory.claim(node: target.node.name, attempt: 1) != .withdrawn {
            row.outcome = .garbled
            row.reason =
                "its command had begun there, and neither its job nor its answer can be found"
            row.remedy = "look at the node before it is run again"
        }
        return row
    }

    /// The run's jobs that are missing in the journal, from the records' names and from slurmctld.
    private static func found(
        _ session: Session, run: StoredRun, manifest: RunManifest
    ) async throws -> [String: SubmittedJob] {
        let attempts = run.directory.attempts()
        var jobs: [String: SubmittedJob] = [:]
        func add(_ node: String, _ job: UInt32) {
            guard jobs[node].map({ $0.job < job }) ?? true else { return }
            jobs[node] = SubmittedJob(job: job, attempt: attempts[node] ?? 1)
        }
        let scan = run.directory.scan()
        for name in scan.finished.union(scan.started) {
            guard let dot = name.lastIndex(of: "."),
                let job = UInt32(name[name.index(after: dot)...])
            else { continue }
            add(String(name[..<dot]), job)
        }
        for job in try await session.controller.jobs(of: geteuid())
        where job.name == manifest.plan.jobName {
            if let node = job.requestedNode { add(node, job.id) }
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
}

extension Target {
    /// Whether a payload is sent to it.
    fileprivate var isSent: Bool {
        if case .dispatch = decision { true } else { false }
    }

    /// Whether only a batch job reaches it, or nothing is sent to it.
    fileprivate var isReachedByJob: Bool {
        if case .dispatch(let way) = decision { way.launcher == .job } else { true }
    }
}
