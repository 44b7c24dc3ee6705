import SlurmModel
import Synchronization

/// One run's loop: drains what came in, looks at the run directory, and sends requests to slurmctld beside itself.
struct FanOutLoop<Scheduler: JobScheduler, Store: RecordStore> {
    /// What the requests to slurmctld bring back.
    enum Report: Sendable {
        case submitted(Int, UInt32)
        case refused(Int, SlurmError)
        case submissionsDone
        case jobs([Job], asked: Duration)
        case silent(SlurmError)
        case cancelFailed(UInt32, SlurmError)
    }

    /// Where requests leave their reports for the loop.
    final class Mailbox: Sendable {
        private let reports = Mutex<[Report]>([])

        func put(_ report: Report) {
            reports.withLock { $0.append(report) }
        }

        func take() -> [Report] {
            reports.withLock { reports in
                defer { reports = [] }
                return reports
            }
        }
    }

    /// How many jobs are submitted before the loop looks up again.
    private let submissionBatch = 32
    /// slurmctld is asked for the jobs at most this often.
    private let lookInterval = Duration.seconds(1)

    private let engine: FanOut<Scheduler, Store>
    private let jobs: [BatchJob]
    private let mailbox = Mailbox()
    private let clock = ContinuousClock()
    private let begin: ContinuousClock.Instant
    private var machine: FanOutMachine
    private var isSubmitting = false
    private var isLooking = false
    private var nextLook = Duration.milliseconds(500)
    private var saidSilent = false

    init(engine: FanOut<Scheduler, Store>, jobs: [BatchJob]) {
        self.engine = engine
        self.jobs = jobs
        begin = clock.now
        machine = FanOutMachine(
            nodes: jobs.map(\.node), limits: engine.limits, directory: engine.plan.directory)
    }

    private var now: Duration { clock.now - begin }

    mutating func run(
        in group: inout DiscardingTaskGroup, onEvent: @Sendable (FanOutEvent) async -> Void
    ) async {
        var shown: FanOutProgress?
        while !machine.isDone {
            if engine.control.isCancelled { await cancel(in: &group, onEvent) }
            submit(in: &group)
            for report in mailbox.take() { await handle(report, in: &group, onEvent) }
            await perform(machine.scanned(engine.store.scan(), now: now), in: &group, onEvent)
            look(in: &group)
            if machine.progress != shown {
                shown = machine.progress
                await onEvent(.progress(machine.progress))
            }
            if !machine.isDone { await pause() }
        }
    }

    /// Short at first, so that a fast command feels fast; then easy on a shared file system.
    private func pause() async {
        let interval = now < .seconds(5) ? Duration.milliseconds(20) : .milliseconds(100)
        // A task of its own: the pause must hold although the run was cancelled.
        await Task.detached { try? await Task.sleep(for: interval) }.value
    }

    private mutating func cancel(
        in group: inout DiscardingTaskGroup, _ onEvent: @Sendable (FanOutEvent) async -> Void
    ) async {
        let pending = machine.pendingNodes
        let actions = machine.cancel(now: now)
        guard !actions.isEmpty else { return }
        await onEvent(.cancelling(nodes: pending))
        await perform(actions, in: &group, onEvent)
        nextLook = now
    }

    private mutating func submit(in group: inout DiscardingTaskGroup) {
        guard !isSubmitting else { return }
        let actions = machine.submissions(atMost: submissionBatch, now: now)
        guard !actions.isEmpty else { return }
        isSubmitting = true
        let batch = actions.compactMap { action -> (Int, BatchJob)? in
            guard case .submit(let index) = action else { return nil }
            return (index, jobs[index])
        }
        group.addTask { [scheduler = engine.scheduler, mailbox] in
            for (index, job) in batch {
                do throws(SlurmError) {
                    mailbox.put(.submitted(index, try await scheduler.submit(job)))
                } catch {
                    mailbox.put(.refused(index, error))
                }
            }
            mailbox.put(.submissionsDone)
        }
    }

    private mutating func look(in group: inout DiscardingTaskGroup) {
        guard !isLooking, now >= nextLook, !machine.isDone else { return }
        isLooking = true
        nextLook = now + lookInterval
        let asked = now
        group.addTask { [scheduler = engine.scheduler, mailbox] in
            do throws(SlurmError) {
                mailbox.put(.jobs(try await scheduler.jobs(), asked: asked))
            } catch {
                mailbox.put(.silent(error))
            }
        }
    }

    private mutating func handle(
        _ report: Report, in group: inout DiscardingTaskGroup,
        _ onEvent: @Sendable (FanOutEvent) async -> Void
    ) async {
        switch report {
        case .submitted(let index, let job):
            await perform(machine.submitted(index, job: job, now: now), in: &group, onEvent)
        case .refused(let index, let error):
            await perform(
                machine.submissionFailed(index, error: error, now: now), in: &group, onEvent)
        case .submissionsDone:
            isSubmitting = false
        case .jobs(let jobs, let asked):
            isLooking = false
            saidSilent = false
            // Judged as of the question: what was submitted after it cannot be in the answer.
            await perform(machine.observed(jobs, asked: asked, now: now), in: &group, onEvent)
        case .silent(let error):
            isLooking = false
            if !saidSilent {
                saidSilent = true
                await onEvent(.controllerSilent(error.cause))
            }
            await perform(machine.observationFailed(error, now: now), in: &group, onEvent)
        case .cancelFailed(let job, let error):
            // A job that Slurm no longer knows needs no end.
            guard error.kind == .controller || error.kind == .temporary else { return }
            await onEvent(.cancelFailed(job: job, cause: error.cause))
        }
    }

    private mutating func perform(
        _ actions: [FanOutMachine.Action], in group: inout DiscardingTaskGroup,
        _ onEvent: @Sendable (FanOutEvent) async -> Void
    ) async {
        for action in actions {
            switch action {
            case .submit: break
            case .cancel(let job):
                group.addTask { [scheduler = engine.scheduler, mailbox] in
                    do throws(SlurmError) {
                        try await scheduler.cancel(job: job)
                    } catch {
                        mailbox.put(.cancelFailed(job, error))
                    }
                }
            case .read(let index, let job):
                await read(index, job: job, in: &group, onEvent)
            case .finish(let result):
                await onEvent(.result(withPartialOutput(result)))
            }
        }
    }

    private mutating func read(
        _ index: Int, job: UInt32, in group: inout DiscardingTaskGroup,
        _ onEvent: @Sendable (FanOutEvent) async -> Void
    ) async {
        var key = engine.plan.key(node: jobs[index].node)
        key.job = String(job)
        do throws(RecordProblem) {
            let record = try engine.store.record(for: key)
            await perform(machine.read(index, record: record), in: &group, onEvent)
        } catch {
            machine.unreadable(index, problem: error)
        }
    }

    /// A payload that was ended without a record leaves what it had written so far.
    private func withPartialOutput(_ result: NodeResult) -> NodeResult {
        switch result.outcome {
        case .finished, .notRun: return result
        case .timedOut, .nodeFailed, .launchFailed, .cancelled, .garbled:
            guard let job = result.jobID, result.stdout.isEmpty, result.stderr.isEmpty else {
                return result
            }
            var result = result
            var key = engine.plan.key(node: result.node)
            key.job = String(job)
            // The wrapper may have put it into a record in the last moment.
            if let record = try? engine.store.record(for: key) {
                (result.stdout, result.stderr) = (record.stdout, record.stderr)
            } else {
                (result.stdout, result.stderr) = engine.store.partialOutput(
                    node: result.node, job: job)
            }
            return result
        }
    }
}
