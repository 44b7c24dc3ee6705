package import SlurmModel

/// Decides which jobs are submitted next, and what happens to a target whose job slurmctld did not accept.
extension FanOutMachine {
    /// The next targets to submit, at most `count`; only one at a time while slurmctld is silent.
    package mutating func submissions(atMost count: Int, now: Duration) -> [Action] {
        guard !isCancelled else { return [] }
        let most = controllerSilentSince == nil ? count : min(count, 1)
        var actions: [Action] = []
        for index in phases.indices where actions.count < most {
            guard case .queued(var attempts) = phases[index], now >= attempts.notBefore else {
                continue
            }
            attempts.since = attempts.since ?? now
            phases[index] = .submitting(attempts)
            actions.append(.submit(index))
        }
        return actions
    }

    /// A target's job was taken by slurmctld.
    package mutating func submitted(_ index: Int, job: UInt32, now: Duration) -> [Action] {
        controllerSilentSince = nil
        let flight = Flight(job: job, submitted: now)
        phases[index] = .flying(flight)
        return isCancelled ? withdraw(index, flight, as: cancelledRow(index, flight), now: now) : []
    }

    /// A target was handed out for submission, but the submission was not tried.
    package mutating func notTried(_ index: Int) -> [Action] {
        guard case .submitting(let attempts) = phases[index] else { return [] }
        if isCancelled { return finish(index, neverSubmitted(index)) }
        phases[index] = .queued(attempts)
        return []
    }

    /// A target's job was rejected, or it is not known whether slurmctld accepted it.
    package mutating func submissionFailed(
        _ index: Int, error: SlurmError, now: Duration
    ) -> [Action] {
        guard case .submitting(var attempts) = phases[index] else { return [] }
        attempts.error = error
        if error.kind == .controller { controllerSilentSince = controllerSilentSince ?? now }
        if error.mayHaveSucceeded {
            // The first job may exist, so no second one is submitted: the command would run twice.
            phases[index] = .unconfirmed(attempts, since: now)
            return []
        }
        let mayRetry = error.kind == .temporary || error.kind == .controller || error.kind == .limit
        // Slurm's limit frees up as this run's own jobs end, so the time limit counts only from when none is left.
        if error.kind == .temporary || error.kind == .limit, hasFlights() { attempts.since = now }
        guard mayRetry, !isCancelled, now - (attempts.since ?? now) < limits.submission else {
            return finish(index, isCancelled ? neverSubmitted(index) : refused(index, error))
        }
        attempts.notBefore = now + .seconds(1)
        phases[index] = .queued(attempts)
        return []
    }

    /// Applies the limits that depend only on time.
    package mutating func tick(now: Duration) -> [Action] {
        var actions: [Action] = []
        for index in phases.indices {
            switch phases[index] {
            case .withdrawing(let flight, let row, let since) where now - since > limits.withdrawal:
                actions += finish(index, unconfirmed(confirmed(row, flight), flight))
            case .unconfirmed(let attempts, let since)
            where now - since > (isCancelled ? limits.withdrawal : limits.submission):
                actions += finish(index, unconfirmed(index, attempts.error))
            case .queued(let attempts):
                guard let silent = controllerSilentSince, now - silent > limits.submission else {
                    continue
                }
                actions += finish(index, unreached(index, attempts.error))
            case .submitting, .flying, .withdrawing, .unconfirmed, .retrying, .done: continue
            }
        }
        return actions
    }

    /// The jobs that a submission without an answer may have made, by their nodes; empty where no such answer is missing.
    func lostJobs(among jobs: [Job]) -> [String: UInt32] {
        guard phases.contains(where: { if case .unconfirmed = $0 { true } else { false } }) else {
            return [:]
        }
        let ours = jobs.lazy.filter { $0.name == jobName && !spentJobs.contains($0.id) }
        return Dictionary(ours.compactMap { job in job.requestedNode.map { ($0, job.id) } }) {
            first, _ in first
        }
    }

    /// slurmctld answered with all jobs: a submission whose answer was lost is among them, or it never took place.
    mutating func settle(
        _ index: Int, jobs: [String: UInt32], asked: Duration, now: Duration
    ) -> [Action] {
        guard case .unconfirmed(var attempts, let since) = phases[index], asked > since else {
            return []
        }
        if let job = jobs[names[index]] {
            return submitted(index, job: job, now: now)
        }
        if isCancelled { return finish(index, neverSubmitted(index)) }
        attempts.notBefore = now
        phases[index] = .queued(attempts)
        return []
    }

    private func refused(_ index: Int, _ error: SlurmError) -> NodeResult {
        let number = error.code.map { " (\($0))" } ?? ""
        return NodeResult(
            node: names[index], outcome: .launchFailed, launcher: .job,
            reason: "Slurm refused the job: \(error.cause)\(number)", code: .refused,
            remedy: error.remedy)
    }

    private func unreached(_ index: Int, _ error: SlurmError?) -> NodeResult {
        let cause = error.map { ": \($0.cause)" } ?? ""
        return NodeResult(
            node: names[index], outcome: .launchFailed, launcher: .job,
            reason:
                "not submitted: slurmctld has not answered for \(Self.text(limits.submission))\(cause)",
            code: .controller,
            remedy: error?.remedy ?? "is slurmctld running? Try 'scontrol ping'")
    }

    private func unconfirmed(_ index: Int, _ error: SlurmError?) -> NodeResult {
        let cause = error.map { ": \($0.cause)" } ?? ""
        return NodeResult(
            node: names[index], outcome: .launchFailed, launcher: .job,
            reason: "slurmctld did not confirm the job\(cause)",
            code: .controller,
            remedy: "look for it: squeue --name=\(jobName)")
    }
}
