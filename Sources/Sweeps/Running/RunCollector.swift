import FanOut
import Reports
import Runs
import SlurmModel
import Verdicts

/// Handles the events of a run one after the other: judges, stores and prints.
struct RunCollector {
    let journal: RunJournal
    let judge: RowJudge
    let rows: RunRows
    let nodes: [String: Node]
    let slurm: SlurmLookup
    var printer: RunPrinter

    /// An event in the form that is stored and printed: a result is already judged.
    private enum Item: Sendable {
        case event(FanOutEvent)
        case row(NodeReport)
    }

    /// Handles every event until the stream ends.
    mutating func collect(_ events: AsyncStream<FanOutEvent>) async {
        let (items, continuation) = AsyncStream.makeStream(of: Item.self)
        let (judge, nodes, slurm) = (judge, nodes, slurm)
        async let _ = {
            await Self.judge(events, judge, nodes, slurm) { continuation.yield($0) }
            continuation.finish()
        }()
        for await item in items { take(item) }
        printer.end()
    }

    /// Judges the results among the events, several at once; all other events pass through.
    private static func judge(
        _ events: AsyncStream<FanOutEvent>, _ judge: RowJudge, _ nodes: [String: Node],
        _ slurm: SlurmLookup, _ emit: @escaping @Sendable (Item) -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await event in events {
                guard case .result(let result) = event else {
                    emit(.event(event))
                    continue
                }
                if running == RowJudge.atOnce {
                    await group.next()
                    running -= 1
                }
                running += 1
                let node = result.launcher == .local ? nil : nodes[result.node]
                group.addTask {
                    emit(.row(await judge.report(await slurm.explained(result), node: node)))
                }
            }
        }
    }

    private mutating func take(_ item: Item) {
        switch item {
        case .row(let report): row(report)
        case .event(.submitted(let node, let job, let attempt)):
            journal.write(.submitted(node: node, SubmittedJob(job: job, attempt: attempt)))
        case .event(.started(let node, let launcher, let attempt)):
            journal.write(.started(node: node, launcher: launcher, attempt: attempt))
        case .event(.output(let node, let piece)): printer.output(node, piece)
        case .event(.progress(let progress)): printer.progress(progress)
        case .event(.cancelling(let pending)): printer.cancelling(pending)
        case .event(.controllerSilent(let cause)): printer.silent(cause)
        case .event(.cancelFailed(let job, let cause)): printer.cancelFailed(job, cause)
        case .event(.result): break
        }
    }

    private mutating func row(_ report: NodeReport) {
        journal.write(.row(report))
        // A row is counted only after it is stored, because the wave that waits for it may end the run.
        guard rows.add(report) else { return }
        // Only a job's output is shown while it runs; output from srun is shown together with its row.
        if report.result.launcher == .job { printer.row(report) } else { printer.kept(report) }
    }
}
