import SlurmModel
import Synchronization

/// One run's loop: drains what came in, looks at the run directory, and sends requests to slurmctld beside itself.
///
/// The requests are tasks of their own that the loop may leave behind: a libslurm call cannot be cancelled, and
/// a run whose rows are all there must not wait for a hung slurmctld.
struct FanOutLoop<Scheduler: JobScheduler, Store: RecordStore> {
    /// What the requests to slurmctld bring back.
    enum Report: Sendable {
        case submitted(Int, UInt32)
        case refused(Int, SlurmError)
        case notTried(Int)
        case submissionsDone
        case jobs([Job], asked: Duration)
        case silent(SlurmError)
        case cancelled
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
    /// How long a run whose rows are all there waits for slurmctld to take its last cancellations.
    private let farewell = Duration.seconds(5)

    private let engine: FanOut<Scheduler, Store>
    private let jobs: [BatchJob]
    private let mailbox = Mailbox()
    private let clock = ContinuousClock()
    private let begin: ContinuousClock.Instant
    private var machine: FanOutMachine
    private var isSubmitting = false
    private var isLooking = false
    private var cancelsUnderWay = 0
    private var nextLook = Duration.milliseconds(500)
    private var saidSilent = false

    init(engine: FanOut<Scheduler, Store>, jobs: [BatchJob]) {
        self.engine = engine
        self.jobs = jobs
        begin = clock.now
        machine = FanOutMachine(
            nodes: jobs.map(\.node), jobName: engine.plan.jobName, limits: engine.limits,
            directory: engine.plan.directory)
    }

    private var now: Duration { clock.now - begin }

    mutating func run(onEvent: @Sendable (FanOutEvent) async -> Void) async {
        var shown: FanOutProgress?
        while !machine.isDone {
            if engine.control.isCancelled { await cancel(onEvent) }
            submit()
            for report in mailbox.take() { await handle(report, onEvent) }
            await perform(machine.scanned(engine.store.scan(), now: now), onEvent)
            await perform(machine.tick(now: now), onEvent)
            look()
            let progress = machine.progress
            if progress != shown {
                shown = progress
                await onEvent(.progress(progress))
            }
            if !machine.isDone { await pause() }
        }
        let end = now + farewell
        while cancelsUnderWay > 0, now < end {
            await pause()
            for report in mailbox.take() { await handle(report, onEvent) }
        }
    }

    /// Short at first, so that a fast command feels fast; then easy on a shared file system.
    private func pause() async {
        let interval = now < .seconds(5) ? Duration.milliseconds(20) : .milliseconds(100)
        // A task of its own: the pause must hold although the run was cancelled.
        await Task.detached { try? await Task.sleep(for: interval) }.value
    }

    private mutating func cancel(_ onEvent: @Sendable (FanOutEvent) async -> Void) async {
        guard !machine.isCancelled else { return }
        let pending = machine.pendingNodes
        let actions = machine.cancel(now: now)
        await onEvent(.cancelling(nodes: pending))
        await perform(actions, onEvent)
        nextLook = now
    }

    private mutating func submit() {
        guard !isSubmitting else { return }
        let actions = machine.submissions(atMost: submissionBatch, now: now)
        guard !actions.isEmpty else { return }
        isSubmitting = true
        let batch = actions.compactMap { action -> (Int, BatchJob)? in
            guard case .submit(let index) = action else { return nil }
            return (index, jobs[index])
        }
        Task.detached { [scheduler = engine.scheduler, control = engine.control, mailbox] in
            var goesOn = true
            for (index, job) in batch {
                guard goesOn, !control.isCancelled else {
                    mailbox.put(.notTried(index))
                    continue
                }
                do throws(SlurmError) {
                    mailbox.put(.submitted(index, try await scheduler.submit(job)))
                } catch {
                    // A slurmctld that does not answer takes seconds to say so: not for each of the batch.
                    goesOn = error.kind != .controller
                    mailbox.put(.refused(index, error))
                }
            }
            mailbox.put(.submissionsDone)
        }
    }

    private mutating func look() {
        guard !isLooking, now >= nextLook, !machine.isDone else { return }
        isLooking = true
        nextLook = now + lookInterval
        Task.detached { [scheduler = engine.scheduler, mailbox, asked = now] in
            do throws(SlurmError) {
                mailbox.put(.jobs(try await scheduler.jobs(), asked: asked))
            } catch {
                mailbox.put(.silent(error))
            }
        }
    }

    private mutating func handle(
        _ report: Report, _ onEvent: @Sendable (FanOutEvent) async -> Void
    ) async {
        switch report {
        case .submitted(let index, let job):
            await perform(machine.submitted(index, job: job, now: now), onEvent)
        case .refused(let index, let error):
            await perform(machine.submissionFailed(index, error: error, now: now), onEvent)
        case .notTried(let index): await perform(machine.notTried(index), onEvent)
        case .submissionsDone: isSubmitting = false
        case .jobs(let jobs, let asked):
            isLooking = false
            saidSilent = false
            // Judged as of the question: what was submitted after it cannot be in the answer.
            await perform(machine.observed(jobs, asked: asked, now: now), onEvent)
        case .silent(let error):
            isLooking = false
            if !saidSilent { await onEvent(.controllerSilent(error.cause)) }
            saidSilent = true
            await perform(machine.observationFailed(error, now: now), onEvent)
        case .cancelled: cancelsUnderWay -= 1
        case .cancelFailed(let job, let error):
            cancelsUnderWay -= 1
            // A job that Slurm no longer knows needs no end.
            guard error.kind == .controller || error.kind == .temporary else { return }
            await onEvent(.cancelFailed(job: job, cause: error.cause))
        }
    }

    private mutating func perform(
        _ actions: [FanOutMachine.Action], _ onEvent: @Sendable (FanOutEvent) async -> Void
    ) async {
        for action in actions {
            switch action {
            case .submit: break
            case .cancel(let job): cancel(job)
            case .read(let index, let job): await read(index, job: job, onEvent)
            case .finish(let result): await onEvent(.result(withPartialOutput(result)))
            }
        }
    }

    private mutating func cancel(_ job: UInt32) {
        cancelsUnderWay += 1
        Task.detached { [scheduler = engine.scheduler, mailbox] in
            do throws(SlurmError) {
                try await scheduler.cancel(job: job)
                mailbox.put(.cancelled)
            } catch {
                mailbox.put(.cancelFailed(job, error))
            }
        }
    }

    private mutating func read(
        _ index: Int, job: UInt32, _ onEvent: @Sendable (FanOutEvent) async -> Void
    ) async {
        do throws(RecordProblem) {
            let record = try engine.store.record(for: key(node: jobs[index].node, job: job))
            await perform(machine.read(index, record: record), onEvent)
        } catch {
            if error != .missing { machine.unreadable(index, problem: error) }
        }
    }

    private func key(node: String, job: UInt32) -> RecordKey {
        var key = engine.plan.key(node: node)
        key.job = String(job)
        return key
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
            // The wrapper may have put it into a record in the last moment.
            if let record = try? engine.store.record(for: key(node: result.node, job: job)) {
                (result.stdout, result.stderr) = (record.stdout, record.stderr)
            } else {
                (result.stdout, result.stderr) = engine.store.partialOutput(
                    node: result.node, job: job)
            }
            return result
        }
    }
}
