package import SlurmModel

/// Decides from slurmctld's answers about the jobs, and from the clock for jobs that slurmctld does not mention.
extension FanOutMachine {
    /// slurmctld answered with all jobs.
    ///
    /// - Parameters:
    ///   - jobs: Its answer.
    ///   - asked: When the question was sent: a job submitted later cannot be in the answer.
    ///   - now: The time.
    /// - Returns: What to do.
    package mutating func observed(
        _ jobs: [Job], asked: Duration, now: Duration
    ) -> [Action] {
        let byID = Dictionary(jobs.map { ($0.id, $0) }) { first, _ in first }
        let lost = lostJobs(among: jobs)
        var actions: [Action] = []
        for index in phases.indices {
            actions += settle(index, jobs: lost, asked: asked, now: now)
            guard var flight = flight(of: index), flight.submitted < asked else { continue }
            // A slurmctld that lost its state assigns numbers again, so a job is ours only with our job name and on
            // our node.
            if let job = byID[flight.job], isOurs(job, index) {
                note(job, in: &flight, now: now)
            } else {
                flight.last = nil
                flight.ended = flight.ended ?? now
            }
            update(index, flight)
            actions += judge(index, flight, now: now)
        }
        return actions
    }

    /// slurmctld could not be asked: only a deadline can end rows now.
    package mutating func observationFailed(_ error: SlurmError, now: Duration) -> [Action] {
        let patience =
            limits.wait + limits.start + limits.recordDue + limits.record + limits.submission
        var actions: [Action] = []
        for index in phases.indices {
            guard let flight = flight(of: index) else { continue }
            if let record = flight.held {
                actions += read(index, record: record)
                continue
            }
            guard now - flight.submitted > patience else { continue }
            actions += finish(
                index,
                row(
                    index, flight, .garbled,
                    "no record, and slurmctld does not answer: \(error.cause)",
                    code: .controller, remedy: error.remedy
                ))
        }
        return actions
    }

    private func isOurs(_ job: Job, _ index: Int) -> Bool {
        (job.name ?? jobName) == jobName && (job.requestedNode ?? names[index]) == names[index]
    }

    private func note(_ job: Job, in flight: inout Flight, now: Duration) {
        flight.last = job
        if job.state == .running, !job.isConfiguring, flight.running == nil { flight.running = now }
        if job.state.isFinal, flight.ended == nil { flight.ended = now }
    }

    private mutating func judge(_ index: Int, _ flight: Flight, now: Duration) -> [Action] {
        switch phases[index] {
        case .withdrawing(_, let row, let since):
            guard flight.ended != nil else { return [] }
            // Its payload may still be in the grace period; the record that it leaves says how it ended.
            let isEnding = flight.started != nil && flight.last?.isCompleting == true
            guard !isEnding || now - since > limits.withdrawal else { return [] }
            return finish(index, confirmed(row, flight))
        case .flying:
            if let record = flight.held {
                var flight = flight
                flight.looksWhileHeld += 1
                update(index, flight)
                // Slurm reports the end of the job within a look or two; if the payload itself raised the signal,
                // there is no report.
                guard flight.ended != nil || flight.looksWhileHeld >= 4 else { return [] }
                return read(index, record: record)
            }
            return flight.ended.map { judgeEnded(index, flight, ended: $0, now: now) }
                ?? judgeAlive(index, flight, now: now)
        case .queued, .submitting, .unconfirmed, .retrying, .done: return []
        }
    }

    private mutating func judgeAlive(_ index: Int, _ flight: Flight, now: Duration) -> [Action] {
        if let started = flight.started {
            guard now - started > limits.recordDue else { return [] }
            return withdraw(
                index, flight,
                as: row(
                    index, flight, .timedOut,
                    "no record \(Self.text(now - started)) after its start; the node's own deadline did not act",
                    code: .timeout,
                    remedy: "look for processes in state D on the node"),
                now: now)
        }
        if let job = flight.last, job.state == .pending, job.isCompleting {
            // slurmd did not accept the job: Slurm ends this attempt and would requeue the job later.
            return giveUp(
                index,
                row(
                    index, flight, .launchFailed,
                    "Slurm could not start job \(flight.job) there: slurmd does not answer",
                    code: .slurmd,
                    remedy: "check slurmd on the node: is it running, does it hang?"),
                job: flight.job)
        }
        if let running = flight.running {
            guard now - running > limits.start else { return [] }
            return withdraw(
                index, flight,
                as: row(
                    index, flight, .launchFailed,
                    "Slurm started job \(flight.job), but nothing began on the node within \(Self.text(limits.start))",
                    code: .slurmd,
                    remedy: "check slurmd on the node"),
                now: now)
        }
        guard now - flight.submitted > limits.wait else { return [] }
        let cause =
            flight.last?.isConfiguring == true
            ? "the node is still being prepared (boot or prolog)"
            : flight.last?.reason ?? "Slurm gives no reason"
        return withdraw(
            index, flight,
            as: row(
                index, flight, .notRun,
                "job \(flight.job) did not start within \(Self.text(limits.wait)) (--wait): \(cause)",
                code: flight.last?.waitsForOthers == true ? .busy : .waited,
                remedy: Self.remedy(ofWaiting: cause)),
            now: now)
    }

    /// What helps a job that did not start; longer waiting does not, where Slurm never starts it as it is.
    private static func remedy(ofWaiting cause: String) -> String {
        if cause.contains("time limit") { return "lower --timeout" }
        if cause == "account does not allow it" {
            return "name an account that the partition takes (--account)"
        }
        if cause == "QOS does not allow it" {
            return "name a QOS that the partition takes (--qos)"
        }
        return "raise --wait, or come back when the node is free"
    }

    /// Ends a job that never started without waiting for Slurm's confirmation, because a hung node never gives one.
    private mutating func giveUp(_ index: Int, _ row: NodeResult, job: UInt32) -> [Action] {
        [.cancel(job: job)] + finish(index, row)
    }

    private mutating func judgeEnded(
        _ index: Int, _ flight: Flight, ended: Duration, now: Duration
    ) -> [Action] {
        // The wrapper's exit code says at once why there is no record, so fleet does not wait for one.
        if case .exited(let code)? = flight.last?.exit,
            let failure = WrapperFailure(rawValue: code),
            flight.last?.state == .failed
        {
            return finish(
                index,
                row(
                    index, flight, flight.started == nil ? .launchFailed : .garbled,
                    failure.reason(directory: directory), code: .directory,
                    remedy: failure.remedy))
        }
        // When no file was seen and Slurm says that the job never ran, no record will come: a short wait is enough.
        let neverRan = flight.started == nil && flight.last?.state != .completed
        let patience = neverRan ? min(.seconds(1), limits.record) : limits.record
        guard now - ended >= patience else { return [] }
        if !flight.wasAskedFor {
            // The record is opened by name once more, because a cached listing of the folder may not show it yet.
            var flight = flight
            flight.wasAskedFor = true
            update(index, flight)
            return [.read(index, job: flight.job)]
        }
        return finish(index, withoutRecord(index, flight))
    }

    private static func text(_ exit: ExitStatus?) -> String {
        switch exit {
        case .exited(let code): " (exit code \(code))"
        case .signalled(let signal): " (signal \(signal))"
        case nil: ""
        }
    }

    /// The row of a job that ended without a trustworthy record: it says what Slurm says about the job.
    private func withoutRecord(_ index: Int, _ flight: Flight) -> NodeResult {
        if let problem = flight.problem {
            return row(index, flight, .garbled, "\(problem)", remedy: "see the run directory")
        }
        guard let job = flight.last else {
            return row(
                index, flight, .garbled,
                "slurmctld no longer knows job \(flight.job), and it left no record")
        }
        let number = "job \(flight.job)"
        switch job.state {
        case .nodeFail, .bootFail:
            return row(
                index, flight, .nodeFailed, "Slurm says the node failed under \(number)",
                remedy: "check slurmd on the node: is it running, does it answer?")
        case .cancelled where flight.started == nil:
            // slurmd itself ends a job in this way when the prolog fails.
            return row(
                index, flight, .launchFailed,
                "\(number) was ended before the payload began, by somebody or by slurmd",
                code: .ended, remedy: "see slurmd's log on the node")
        case .cancelled, .preempted, .deadline:
            return row(
                index, flight, .cancelled,
                "\(number) was ended by someone else (\(job.state.rawValue))", code: .ended)
        case .timeout:
            return row(
                index, flight, .timedOut, "\(number) reached Slurm's time limit", code: .timeout)
        case .outOfMemory:
            return row(
                index, flight, .garbled, "\(number) ran out of memory before it left a record")
        case .failed where flight.started == nil:
            return row(
                index, flight, .launchFailed,
                "\(number) failed before the payload began: \(job.reason ?? "Slurm gives no reason")\(Self.text(job.exit))",
                code: .slurmd,
                remedy: "see slurmd's log on the node")
        case .failed, .completed, .pending, .running, .suspended, .unknown:
            return row(
                index, flight, .garbled,
                "\(number) ended (\(job.state.rawValue)) and left no record",
                remedy: "is the run directory really shared with the node?")
        }
    }
}
