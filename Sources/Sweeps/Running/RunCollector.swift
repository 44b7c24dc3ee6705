import FanOut
import Reports
import Runs
import SlurmModel
import Verdicts

/// Takes the events of a run, one after the other: judges, keeps and prints.
struct RunCollector {
    let journal: RunJournal
    let probe: any Probe
    let rows: RunRows
    let nodes: [String: Node]
    let slurm: SlurmLookup
    var printer: RunPrinter

    /// Takes every event until there are no more.
    mutating func collect(_ events: AsyncStream<FanOutEvent>) async {
        for await event in events { await take(event) }
        printer.end()
    }

    private mutating func take(_ event: FanOutEvent) async {
        switch event {
        case .submitted(let node, let job, let attempt):
            journal.write(.submitted(node: node, SubmittedJob(job: job, attempt: attempt)))
        case .started(let node, let launcher, let attempt):
            journal.write(.started(node: node, launcher: launcher, attempt: attempt))
        case .output(let node, let piece): printer.output(node, piece)
        case .result(let result): row(await slurm.explained(result))
        case .progress(let progress): printer.progress(progress)
        case .cancelling(let pending): printer.cancelling(pending)
        case .controllerSilent(let cause): printer.silent(cause)
        case .cancelFailed(let job, let cause): printer.cancelFailed(job, cause)
        }
    }

    private mutating func row(_ result: NodeResult) {
        let isHead = result.launcher == .local
        let report = NodeReport(
            result: result, node: isHead ? nil : nodes[result.node], probe: probe)
        journal.write(.row(report))
        // Rows are counted once they are kept: a wave that waits for them may end the run.
        guard rows.add(report) else { return }
        // Only a job's output is followed while it runs; what came through srun is told with its row.
        if result.launcher == .job { printer.row(report) } else { printer.kept(report) }
    }
}
