import FoundationEssentials
import Platform
import SlurmModel
import Synchronization

/// The loop of one run: it handles what has arrived, looks at the run directory, and sends requests to slurmctld.
///
/// Each request is a task of its own that the loop may leave behind: a libslurm call cannot be cancelled, and a run
/// that has all its rows must not wait for a hung slurmctld.
struct FanOutLoop<Scheduler: JobScheduler, Store: RecordStore, Steps: StepLauncher> {
    /// What a request to slurmctld brings back.
    enum Report: Sendable {
        case submitted(Int, UInt32)
        case refused(Int, SlurmError)
        case notTried(Int)
        case submissionsDone
        case jobs([Job], asked: Duration)
        case silent(SlurmError)
        case cancelFailed(UInt32, SlurmError)
        case cancelsDone
    }

    /// The queue in which requests leave their reports for the loop.
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

    /// How many jobs one task submits at least.
    ///
    /// Each batch costs a look at all targets, so that there are more in a batch where there are more targets.
    private let smallestBatch = 256
    /// slurmctld is asked for the jobs at most this often.
    ///
    /// Each answer holds all jobs, so that of more jobs there are fewer answers: one in 5 s for 20,000.
    private var lookInterval: Duration { max(.seconds(1), .milliseconds(targets.count / 4)) }
    /// How long a run that has all its rows waits for slurmctld to accept its last cancellations.
    private let farewell = Duration.seconds(5)

    private let engine: FanOut<Scheduler, Store, Steps>
    private let targets: [DispatchedTarget]
    private let indexes: [String: Int]
    private let mailbox = Mailbox()
    private let begin: Duration
    private var machine: FanOutMachine
    private var isSubmitting = false
    private var isLooking = false
    /// The jobs that are to be ended, and whether a task is ending some.
    private var ending: [UInt32] = []
    private var isEnding = false
    private var nextLook = Duration.milliseconds(500)
    private var saidSilent = false
    private var tails: [Int: OutputOffsets] = [:]
    private var nextTail = Duration.zero
    private var knownFault: HeadFault?
    private var nextFaultLook = Duration.zero
    /// Jobs that a killed fleet submitted, until slurmctld has confirmed that these numbers are still jobs of this
    /// run.
    private var unverified: Set<UInt32> = []
    /// The jobs among them that must be ended once they are confirmed.
    private var doomed: Set<UInt32> = []

    init(
        engine: FanOut<Scheduler, Store, Steps>, targets: [DispatchedTarget],
        earlier: [String: SubmittedJob]
    ) {
        self.engine = engine
        self.targets = targets
        indexes = Dictionary(
            targets.enumerated().map { ($0.element.node.name, $0.offset) }
        ) { first, _ in first }
        begin = engine.clock.now()
        machine = FanOutMachine(
            nodes: targets.map(\.node.name), jobName: engine.plan.jobName, limits: engine.limits,
            directory: engine.plan.directory)
        for (index, target) in targets.enumerated() {
            guard let known = earlier[target.node.name] else { continue }
            machine.resume(index, job: known.job, attempt: known.attempt)
            unverified.insert(known.job)
        }
    }

    private var now: Duration { engine.clock.now() - begin }
    private var batchSize: Int { max(smallestBatch, targets.count / 16) }

    mutating func run(onEvent: @Sendable (FanOutEvent) -> Void) async {
        var shown: FanOutProgress?
        while !machine.isDone {
            perform(machine.scanned(engine.store.scan(), now: now), onEvent)
            if engine.control.isCancelled { cancel(onEvent) }
            submit()
            for report in mailbox.take() { handle(report, onEvent) }
            perform(machine.tick(now: now), onEvent)
            if engine.followsOutput { follow(onEvent) }
            endJobs()
            look()
            let progress = machine.progress
            if progress != shown {
                shown = progress
                onEvent(.progress(progress))
            }
            if !machine.isDone { await pause() }
        }
        let end = now + farewell
        while isEnding || !ending.isEmpty, now < end {
            endJobs()
            await pause()
            for report in mailbox.take() { handle(report, onEvent) }
        }
    }

    /// The pause is short at first, so that a fast command returns fast, and longer later, to spare a shared file
    /// system.
    private func pause() async {
        let quick = now < .seconds(5) ? 20 : 100
        // One look costs some microseconds per node, so the pause grows with the number of nodes.
        let interval = Duration.milliseconds(max(quick, targets.count / 8))
        await engine.clock.pause(interval)
    }

    private mutating func cancel(_ onEvent: @Sendable (FanOutEvent) -> Void) {
        guard !machine.isCancelled else { return }
        let pending = machine.pendingNodes
        let actions = machine.cancel(now: now)
        onEvent(.cancelling(nodes: pending))
        perform(actions, onEvent)
        nextLook = now
    }

    private mutating func submit() {
        guard !isSubmitting else { return }
        let actions = machine.submissions(atMost: batchSize, now: now)
        guard !actions.isEmpty else { return }
        isSubmitting = true
        let now = Int(Date().timeIntervalSince1970)
        // The slack covers clocks that differ and the time to submit thousands of jobs.
        let deadline = engine.plan.deadline(now: now, slack: 120 + targets.count / 50)
        let batch = actions.compactMap { action -> (Int, DispatchedTarget, attempt: Int)? in
            guard case .submit(let index) = action else { return nil }
            return (index, targets[index], machine.attempt(index))
        }
        Task.detached {
            [scheduler = engine.scheduler, control = engine.control, plan = engine.plan, mailbox] in
            var goesOn = true
            for (index, target, attempt) in batch {
                guard goesOn, !control.isCancelled else {
                    mailbox.put(.notTried(index))
                    continue
                }
                // Made one by one: each holds a script, and there may be thousands in a batch.
                let job = plan.job(
                    for: target.node, target.dispatch, attempt: attempt, deadline: deadline)
                do throws(SlurmError) {
                    mailbox.put(.submitted(index, try await scheduler.submit(job)))
                } catch {
                    // When slurmctld does not answer, each request takes seconds to fail, so the rest of the batch is
                    // not tried.
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
        _ report: Report, _ onEvent: @Sendable (FanOutEvent) -> Void
    ) {
        switch report {
        case .submitted(let index, let job):
            onEvent(
                .submitted(node: name(index), job: job, attempt: machine.attempt(index)))
            perform(machine.submitted(index, job: job, now: now), onEvent)
        case .refused(let index, let error):
            perform(machine.submissionFailed(index, error: error, now: now), onEvent)
        case .notTried(let index): perform(machine.notTried(index), onEvent)
        case .submissionsDone: isSubmitting = false
        case .jobs(let jobs, let asked):
            isLooking = false
            saidSilent = false
            verify(jobs)
            // A job submitted after the question was asked cannot be in the answer.
            perform(machine.observed(jobs, asked: asked, now: now), onEvent)
        case .silent(let error):
            isLooking = false
            if !saidSilent { onEvent(.controllerSilent(error.cause)) }
            saidSilent = true
            perform(machine.observationFailed(error, now: now), onEvent)
        case .cancelsDone: isEnding = false
        case .cancelFailed(let job, let error):
            // When Slurm no longer knows the job, there is nothing left to end.
            guard error.kind == .controller || error.kind == .temporary else { return }
            onEvent(.cancelFailed(job: job, cause: error.cause))
        }
    }

    private mutating func perform(
        _ actions: [FanOutMachine.Action], _ onEvent: @Sendable (FanOutEvent) -> Void
    ) {
        for action in actions {
            switch action {
            case .submit: break
            case .cancel(let job): cancel(job)
            case .read(let index, let job): read(index, job: job, onEvent)
            case .retry(let index, _):
                let claim = engine.store.claim(node: name(index), attempt: machine.attempt(index))
                perform(machine.retried(index, claim: claim, now: now), onEvent)
            case .finish(let result): finish(result, onEvent)
            }
        }
    }

    /// Ends the jobs that must end, if they are this run's jobs; a job of another run with the same number is left
    /// alone.
    private mutating func verify(_ jobs: [Job]) {
        guard !unverified.isEmpty else { return }
        let ours = Set(jobs.filter { $0.name == engine.plan.jobName }.map(\.id))
        let ending = doomed.intersection(ours)
        unverified = []
        doomed = []
        ending.forEach { cancel($0) }
    }

    private mutating func cancel(_ job: UInt32) {
        guard !unverified.contains(job) else {
            doomed.insert(job)
            return
        }
        ending.append(job)
    }

    /// Ends jobs beside the loop, one after the other in one task.
    ///
    /// All requests share one thread, and a task for each of thousands of jobs would let the question for the jobs, and
    /// with it every row, wait behind all of them.
    private mutating func endJobs() {
        guard !isEnding, !ending.isEmpty else { return }
        isEnding = true
        Task.detached { [scheduler = engine.scheduler, mailbox, ending] in
            for job in ending {
                do throws(SlurmError) {
                    try await scheduler.cancel(job: job)
                } catch {
                    mailbox.put(.cancelFailed(job, error))
                }
            }
            mailbox.put(.cancelsDone)
        }
        ending = []
    }

    private mutating func read(
        _ index: Int, job: UInt32, _ onEvent: @Sendable (FanOutEvent) -> Void
    ) {
        let key = engine.plan.key(node: name(index), job: String(job))
        do throws(RecordProblem) {
            let record = try engine.store.record(for: key)
            engine.store.tidy(node: key.node, job: key.job)
            perform(machine.read(index, record: record), onEvent)
        } catch {
            if error != .missing { machine.unreadable(index, problem: error) }
        }
    }

    private func name(_ index: Int) -> String { targets[index].node.name }

    /// Gives out a row once it is certain that a payload reported as not run can no longer start.
    private mutating func finish(
        _ result: NodeResult, _ onEvent: @Sendable (FanOutEvent) -> Void
    ) {
        var result = result
        result.note = indexes[result.node].flatMap { targets[$0].dispatch.note }
        if result.launcher == .job, result.code != .refused,
            result.outcome == .notRun || result.outcome == .launchFailed
        {
            let claim = engine.store.claim(node: result.node, attempt: result.attempts)
            result = result.settled(by: claim)
        }
        result = withPartialOutput(result)
        if let fault = fault(behind: result) {
            result.reason = [fault.description, result.reason].compactMap(\.self)
                .joined(separator: "; ")
            (result.code, result.remedy) = (.directory, fault.remedy)
        }
        if engine.followsOutput, let rest = rest(of: result) {
            onEvent(.output(node: result.node, rest))
        }
        onEvent(.result(result))
    }

    /// Looks whether this machine is to blame for a row without an answer, at most once a second.
    private mutating func fault(behind result: NodeResult) -> HeadFault? {
        switch result.outcome {
        case .garbled, .launchFailed, .timedOut, .nodeFailed: break
        case .finished, .notRun, .cancelled: return nil
        }
        guard result.exit == nil, result.recordName == nil else { return nil }
        if now >= nextFaultLook {
            nextFaultLook = now + .seconds(1)
            knownFault = engine.store.fault()
        }
        return knownFault
    }

    /// The part of the output that was not passed on while the payload ran.
    private mutating func rest(of result: NodeResult) -> OutputPiece? {
        let told = indexes[result.node].flatMap { tails.removeValue(forKey: $0) } ?? OutputOffsets()
        let rest = OutputPiece(
            stdout: Array(result.stdout.dropFirst(told.stdout)),
            stderr: Array(result.stderr.dropFirst(told.stderr)))
        return rest.isEmpty ? nil : rest
    }

    /// Passes on what the payloads have written since the last call, a few times a second.
    private mutating func follow(_ onEvent: @Sendable (FanOutEvent) -> Void) {
        guard now >= nextTail else { return }
        nextTail = now + .milliseconds(200)
        for (index, job) in machine.running {
            var told = tails[index] ?? OutputOffsets()
            let piece = engine.store.output(node: name(index), job: String(job), from: told)
            guard !piece.isEmpty else { continue }
            told.stdout += piece.stdout.count
            told.stderr += piece.stderr.count
            tails[index] = told
            onEvent(.output(node: name(index), piece))
        }
    }

    /// When a payload was ended without a record, its row shows what it had written so far.
    private func withPartialOutput(_ result: NodeResult) -> NodeResult {
        switch result.outcome {
        case .finished, .notRun: return result
        case .timedOut, .nodeFailed, .launchFailed, .cancelled, .garbled:
            guard let job = result.jobID, result.stdout.isEmpty, result.stderr.isEmpty else {
                return result
            }
            var result = result
            // The wrapper may have written the record in the last moment.
            let key = engine.plan.key(node: result.node, job: String(job))
            if let record = try? engine.store.record(for: key) {
                // A row that has a duration already has its streams from a record.
                result.take(record)
            } else {
                (result.stdout, result.stderr) = engine.store.partialOutput(
                    node: result.node, job: key.job)
            }
            return result
        }
    }
}
