import SlurmModel

/// All decisions of a fan-out: what to do next, and how each target ends.
///
/// It does no I/O and reads no clock: the engine tells it what happened and when (as time since the run's start), and
/// performs the actions that it returns. Every target gets exactly one ``Action/finish(_:)``.
package struct FanOutMachine: Sendable {
    /// Something the engine must do.
    package enum Action: Hashable, Sendable {
        /// Submit this target's job.
        case submit(Int)
        /// Read the record of this target, left by this job.
        case read(Int, job: UInt32)
        /// End this job.
        case cancel(job: UInt32)
        /// This target ended with this result; if its payload certainly never began, the target is to be tried again.
        case retry(Int, NodeResult)
        /// This target is done.
        case finish(NodeResult)
    }

    /// The phase of one target.
    enum Phase: Hashable, Sendable {
        /// Waits to be submitted; ``Attempts/notBefore`` says how long at least.
        case queued(Attempts)
        /// Handed to the engine for submission.
        case submitting(Attempts)
        /// Submitted, and slurmctld's answer was lost: the job may exist.
        case unconfirmed(Attempts, since: Duration)
        /// Submitted.
        case flying(Flight)
        /// fleet asked Slurm to end its job; this is its row unless a record still arrives.
        case withdrawing(Flight, NodeResult, since: Duration)
        /// Its launch failed with this row, and the engine finds out whether it may be tried again.
        case retrying(NodeResult)
        /// Its row was given out.
        case done
    }

    /// How often and how long a submission was tried.
    struct Attempts: Hashable, Sendable {
        /// When it was first tried.
        var since: Duration?
        /// The next attempt must not start before this time.
        var notBefore = Duration.zero
        /// Why slurmctld did not accept it.
        var error: SlurmError?
    }

    let names: [String]
    /// The name of this run's jobs: a job with another name is not ours, even if it has the same number.
    let jobName: String
    let limits: FanOutLimits
    /// The run directory, for messages.
    let directory: String
    var phases: [Phase]
    private(set) var isCancelled = false
    /// Since when slurmctld has accepted no submission; from then on one job at a time is tried.
    var controllerSilentSince: Duration?
    /// Which attempt at each target is under way, from 1 on.
    private(set) var attempts: [Int]
    /// The jobs of earlier attempts: a later attempt must never take one of them for its own.
    private(set) var spentJobs: Set<UInt32> = []
    /// How many targets are not done.
    package private(set) var remaining: Int
    /// A target whose job was with Slurm when that was last asked.
    private var lastFlight = 0

    /// Makes a machine for the nodes that are to be dispatched to.
    package init(nodes: [String], jobName: String, limits: FanOutLimits, directory: String) {
        names = nodes
        self.jobName = jobName
        self.directory = directory
        self.limits = limits
        phases = nodes.map { _ in .queued(Attempts()) }
        attempts = nodes.map { _ in 1 }
        remaining = nodes.count
    }

    /// Takes up a target whose job was submitted by a fleet that is gone.
    package mutating func resume(_ index: Int, job: UInt32, attempt: Int) {
        guard case .queued = phases[index] else { return }
        attempts[index] = attempt
        phases[index] = .flying(Flight(job: job, submitted: .zero))
    }

    /// Which attempt at a target is under way, from 1 on.
    package func attempt(_ index: Int) -> Int { attempts[index] }

    /// Whether any job of this run is known to be with Slurm.
    ///
    /// The one that was found last is looked at first: where Slurm's limit is reached, each of thousands of submissions
    /// asks.
    mutating func hasFlights() -> Bool {
        func isFlying(_ index: Int) -> Bool {
            if case .flying = phases[index] { true } else { false }
        }
        if phases.indices.contains(lastFlight), isFlying(lastFlight) { return true }
        guard let found = phases.indices.first(where: isFlying) else { return false }
        lastFlight = found
        return true
    }

    /// Whether every target is done.
    package var isDone: Bool { remaining == 0 }

    /// How many targets are in each phase.
    package var progress: FanOutProgress {
        var progress = FanOutProgress(total: names.count)
        for phase in phases {
            switch phase {
            case .queued, .submitting, .unconfirmed, .retrying: progress.queued += 1
            case .flying(let flight) where flight.started != nil:
                progress.running += 1
                if let stage = flight.stage { progress.stages[stage, default: 0] += 1 }
            case .flying, .withdrawing: progress.waiting += 1
            case .done: progress.done += 1
            }
        }
        if remaining <= 3 { progress.named = pendingNodes }
        return progress
    }

    /// The targets whose payload is running, with their jobs.
    package var running: [(index: Int, job: UInt32)] {
        phases.indices.compactMap { index in
            guard case .flying(let flight) = phases[index], flight.started != nil else {
                return nil
            }
            return (index, flight.job)
        }
    }

    /// The names of the targets that are not done.
    package var pendingNodes: [String] {
        zip(names, phases).filter { $0.1 != .done }.map(\.0)
    }

    // MARK: - Records

    /// The run directory was looked at.
    package mutating func scanned(_ scan: RecordScan, now: Duration) -> [Action] {
        var actions: [Action] = []
        for index in phases.indices {
            guard var flight = flight(of: index) else { continue }
            let file = "\(names[index]).\(flight.job)"
            let isFinished = scan.finished.contains(file)
            if flight.started == nil, isFinished || scan.started.contains(file) {
                flight.started = now
                update(index, flight)
            }
            if flight.stage != scan.stages[file] {
                flight.stage = scan.stages[file]
                update(index, flight)
            }
            if isFinished, flight.held == nil {
                actions.append(.read(index, job: flight.job))
            }
        }
        return actions
    }

    /// A record was read: the target is done.
    package mutating func read(_ index: Int, record: Record) -> [Action] {
        guard var flight = flight(of: index) else { return [] }
        if case .flying = phases[index], case .signalled = record.exit, !record.timedOut,
            !record.ended, flight.held == nil
        {
            flight.held = record
            update(index, flight)
            return []
        }
        if case .withdrawing(_, var row, _) = phases[index], record.wasInterrupted {
            // fleet ended this job: the row says so, and keeps what the payload had written.
            row.take(record)
            return finish(index, confirmed(row, flight))
        }
        if let row = endedBySlurm(index, flight, record) { return finish(index, row) }
        if record.ended {
            var row = row(
                index, flight, .cancelled,
                "job \(flight.job) was told to end while it ran (scancel, time limit)",
                code: .ended)
            row.take(record)
            return finish(index, row)
        }
        return finish(
            index,
            NodeResult(
                node: names[index], record: record, launcher: .job, jobID: flight.job,
                late: "still running after \(Self.text(limits.timeout)) (--timeout)"))
    }

    /// The row of a payload that got a signal because Slurm ended its job; nil when the payload ended in another way.
    private func endedBySlurm(_ index: Int, _ flight: Flight, _ record: Record) -> NodeResult? {
        guard flight.held != nil, let state = flight.last?.state else { return nil }
        var row: NodeResult
        switch state {
        case .nodeFail, .bootFail:
            row = self.row(
                index, flight, .nodeFailed,
                "Slurm says the node failed under job \(flight.job) (\(state.rawValue))",
                remedy: "check slurmd on the node: is it running, does it answer?")
        case .cancelled, .preempted, .deadline:
            row = self.row(
                index, flight, .cancelled,
                "job \(flight.job) was ended by someone else (\(state.rawValue))", code: .ended)
        case .timeout:
            row = self.row(
                index, flight, .timedOut, "job \(flight.job) reached Slurm's time limit",
                code: .timeout)
        case .pending, .running, .suspended, .completed, .failed, .outOfMemory, .unknown: return nil
        }
        (row.stdout, row.stderr, row.duration) = (record.stdout, record.stderr, record.duration)
        return row
    }

    /// When a job started although fleet was withdrawing it, its row says "cancelled" and not "not run".
    func confirmed(_ row: NodeResult, _ flight: Flight) -> NodeResult {
        guard row.outcome == .notRun, flight.mayHaveRun else { return row }
        var row = row
        row.outcome = .cancelled
        row.reason = "it started just as fleet withdrew it: \(row.reason ?? "")"
        return row
    }

    /// A job whose end slurmctld did not confirm may still run, and the row must say so.
    func unconfirmed(_ row: NodeResult, _ flight: Flight) -> NodeResult {
        guard flight.ended == nil else { return row }
        var row = row
        row.reason =
            "\(row.reason ?? row.outcome.words); Slurm has not confirmed the end of job \(flight.job): it may run on, to its own limit"
        row.remedy = "once slurmctld answers: fleet cancel"
        return row
    }

    /// A record cannot be trusted yet; it is read again until its job has ended for good.
    package mutating func unreadable(_ index: Int, problem: RecordProblem) {
        guard var flight = flight(of: index) else { return }
        flight.problem = problem
        update(index, flight)
    }

    // MARK: - Cancellation

    /// Ends everything that is not done.
    package mutating func cancel(now: Duration) -> [Action] {
        guard !isCancelled else { return [] }
        isCancelled = true
        var actions: [Action] = []
        for index in phases.indices {
            switch phases[index] {
            case .queued: actions += finish(index, neverSubmitted(index))
            case .flying(let flight):
                actions += withdraw(index, flight, as: cancelledRow(index, flight), now: now)
            case .submitting, .unconfirmed, .withdrawing, .retrying, .done: break
            }
        }
        return actions
    }

    func neverSubmitted(_ index: Int) -> NodeResult {
        NodeResult(
            node: names[index], outcome: .cancelled,
            reason: "interrupted before its job was submitted", code: .interrupted)
    }

    func cancelledRow(_ index: Int, _ flight: Flight) -> NodeResult {
        row(
            index, flight, .cancelled,
            flight.started == nil ? "interrupted before it started" : "interrupted while it ran",
            code: .interrupted)
    }

    // MARK: - Shared by the parts

    func flight(of index: Int) -> Flight? {
        switch phases[index] {
        case .flying(let flight), .withdrawing(let flight, _, _): flight
        case .queued, .submitting, .unconfirmed, .retrying, .done: nil
        }
    }

    mutating func update(_ index: Int, _ flight: Flight) {
        switch phases[index] {
        case .flying: phases[index] = .flying(flight)
        case .withdrawing(_, let row, let since):
            phases[index] = .withdrawing(flight, row, since: since)
        case .queued, .submitting, .unconfirmed, .retrying, .done: break
        }
    }

    func row(
        _ index: Int, _ flight: Flight, _ outcome: Outcome, _ reason: String,
        code: ReasonCode? = nil, remedy: String? = nil
    ) -> NodeResult {
        NodeResult(
            node: names[index], outcome: outcome, launcher: .job, jobID: flight.job,
            reason: reason, code: code, remedy: remedy)
    }

    mutating func withdraw(
        _ index: Int, _ flight: Flight, as row: NodeResult, now: Duration
    ) -> [Action] {
        phases[index] = .withdrawing(flight, row, since: now)
        return [.cancel(job: flight.job)]
    }

    mutating func finish(_ index: Int, _ result: NodeResult) -> [Action] {
        guard phases[index] != .done else { return [] }
        if result.mayBeRetried, attempts[index] <= limits.retries, !isCancelled {
            phases[index] = .retrying(result)
            return [.retry(index, result)]
        }
        return close(index, result)
    }

    /// The engine checked in the run directory whether the payload of this attempt had begun.
    ///
    /// - Parameters:
    ///   - index: The target.
    ///   - claim: The answer; only a payload that certainly never began may be sent again.
    ///   - now: The time.
    /// - Returns: What to do.
    package mutating func retried(_ index: Int, claim: ClaimResult, now: Duration) -> [Action] {
        guard case .retrying(let result) = phases[index] else { return [] }
        guard claim == .withdrawn, !isCancelled else { return close(index, result) }
        attempts[index] += 1
        if let job = result.jobID { spentJobs.insert(job) }
        phases[index] = .queued(Attempts(notBefore: now + limits.retryDelay))
        return []
    }

    private mutating func close(_ index: Int, _ result: NodeResult) -> [Action] {
        phases[index] = .done
        remaining -= 1
        var result = result
        result.attempts = attempts[index]
        return [.finish(result)]
    }

    static func text(_ duration: Duration) -> String {
        "\(duration.components.seconds) s"
    }
}
