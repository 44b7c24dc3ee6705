@testable import FanOut
import SlurmModel
import Testing

/// What may be sent again, and how often: only what certainly never began.
@Suite("Fan-out retries")
struct FanOutRetryTests {
    private static func machine(
        _ nodes: [String] = ["n1"], retries: Int = 2
    ) -> FanOutMachine {
        var limits = FanOutLimits()
        limits.retries = retries
        return FanOutMachine(nodes: nodes, jobName: "fleet-r", limits: limits, directory: "/run")
    }

    private func rows(_ actions: [FanOutMachine.Action]) -> [NodeResult] {
        actions.compactMap { if case .finish(let result) = $0 { result } else { nil } }
    }

    private func retries(_ actions: [FanOutMachine.Action]) -> [NodeResult] {
        actions.compactMap { if case .retry(_, let result) = $0 { result } else { nil } }
    }

    /// Submits the node's job, and lets slurmd not take it.
    private func fail(
        _ machine: inout FanOutMachine, job: UInt32, at now: Duration
    ) -> [FanOutMachine.Action] {
        #expect(machine.submissions(atMost: 1, now: now) == [.submit(0)])
        _ = machine.submitted(0, job: job, now: now)
        let requeued = Job(id: job, state: .pending, isCompleting: true)
        let later = now + .seconds(1)
        return machine.observed([requeued], asked: later, now: later)
    }

    @Test("A launch that failed is tried again after the delay, and every attempt is counted")
    func counts() {
        var machine = Self.machine()
        for attempt in 1...2 {
            #expect(machine.attempt(0) == attempt)
            let begin = Duration.seconds(attempt * 100)
            let actions = fail(&machine, job: UInt32(attempt), at: begin)
            #expect(rows(actions) == [])
            #expect(retries(actions).map(\.outcome) == [.launchFailed])
            #expect(actions.contains(.cancel(job: UInt32(attempt))))
            #expect(machine.progress.queued == 1)
            let asked = begin + .seconds(2)
            #expect(machine.retried(0, claim: .withdrawn, now: asked) == [])
            #expect(machine.submissions(atMost: 1, now: asked + .milliseconds(1_999)) == [])
        }
        let last = rows(fail(&machine, job: 3, at: .seconds(900)))
        #expect(last.map(\.attempts) == [3])
        #expect(last.map(\.jobID) == [3])
        #expect(machine.isDone)
        #expect(machine.retried(0, claim: .withdrawn, now: .seconds(999)) == [])
    }

    @Test(
        "What may have begun is never sent again", arguments: [ClaimResult.begun, .unknown])
    func claimed(_ claim: ClaimResult) {
        var machine = Self.machine()
        #expect(retries(fail(&machine, job: 1, at: .zero)).count == 1)
        let row = rows(machine.retried(0, claim: claim, now: .seconds(3))).first
        #expect(row?.outcome == .launchFailed)
        #expect(row?.attempts == 1)
        #expect(machine.isDone)
        #expect(machine.submissions(atMost: 8, now: .seconds(99)) == [])
    }

    @Test("Without --retry a launch that failed is the end")
    func none() {
        var machine = Self.machine(retries: 0)
        #expect(rows(fail(&machine, job: 1, at: .zero)).map(\.attempts) == [1])
    }

    @Test("What Slurm refuses, it will refuse again")
    func refused() {
        var machine = Self.machine()
        _ = machine.submissions(atMost: 1, now: .zero)
        let error = SlurmError(kind: .refused, attempt: "submit", cause: "no", code: 2014)
        let row = rows(machine.submissionFailed(0, error: error, now: .zero)).first
        #expect(row?.code == .refused)
        #expect(machine.isDone)
    }

    @Test("Files that could not be put in place would fail again")
    func files() {
        var machine = Self.machine()
        _ = machine.submissions(atMost: 1, now: .zero)
        _ = machine.submitted(0, job: 1, now: .zero)
        let record = Record(
            exit: .exited(1), setupFailed: true, duration: 0, stdout: [],
            stderr: Array("no space left".utf8))
        let row = rows(machine.read(0, record: record)).first
        #expect(row?.outcome == .launchFailed)
        #expect(row?.code == .files)
        #expect(machine.isDone)
    }

    @Test(
        "What ended in another way is never sent again",
        arguments: [Job.State.nodeFail, .cancelled, .timeout, .outOfMemory, .completed])
    func otherEnds(_ state: Job.State) {
        var machine = Self.machine()
        _ = machine.submissions(atMost: 1, now: .zero)
        _ = machine.submitted(0, job: 1, now: .zero)
        var given: [FanOutMachine.Action] = []
        for second in [2, 13, 14] {
            given += machine.observed(
                [Job(id: 1, state: state)], asked: .seconds(second), now: .seconds(second))
        }
        #expect(retries(given) == [])
        #expect(rows(given).count == 1)
    }

    @Test("A run that is told to stop tries nothing again")
    func interrupted() {
        var machine = Self.machine()
        #expect(retries(fail(&machine, job: 1, at: .zero)).count == 1)
        #expect(machine.cancel(now: .seconds(2)) == [])
        #expect(rows(machine.retried(0, claim: .withdrawn, now: .seconds(2))).count == 1)
        #expect(machine.isDone)
    }

    @Test("A target that waits for its next attempt is dropped by an interruption")
    func interruptedBetween() {
        var machine = Self.machine()
        _ = fail(&machine, job: 1, at: .zero)
        _ = machine.retried(0, claim: .withdrawn, now: .seconds(2))
        #expect(rows(machine.cancel(now: .seconds(3))).map(\.outcome) == [.cancelled])
        #expect(machine.isDone)
    }

    @Test("A confirmation that was lost is not found in an earlier attempt's job")
    func earlierJob() {
        var machine = Self.machine()
        _ = fail(&machine, job: 1, at: .zero)
        _ = machine.retried(0, claim: .withdrawn, now: .seconds(2))
        _ = machine.submissions(atMost: 1, now: .seconds(10))
        let lost = SlurmError(kind: .controller, attempt: "submit", cause: "timeout", code: 5004)
        #expect(machine.submissionFailed(0, error: lost, now: .seconds(10)) == [])
        let jobs = [
            Job(id: 1, name: "fleet-r", requestedNode: "n1", state: .cancelled),
            Job(id: 2, name: "fleet-r", requestedNode: "n1", state: .running),
        ]
        #expect(machine.observed(jobs, asked: .seconds(11), now: .seconds(11)) == [])
        #expect(machine.flight(of: 0)?.job == 2)
    }

    @Test(
        "A limit waits as long as own jobs fly, and some time more",
        arguments: [SlurmError.Kind.limit, .temporary])
    func limits(_ kind: SlurmError.Kind) {
        var machine = Self.machine(["a", "b"], retries: 0)
        let full = SlurmError(kind: kind, attempt: "submit", cause: "full", code: 2050)
        #expect(machine.submissions(atMost: 2, now: .zero) == [.submit(0), .submit(1)])
        _ = machine.submitted(0, job: 1, now: .zero)
        for second in 1...200 {
            let now = Duration.seconds(second)
            #expect(machine.submissionFailed(1, error: full, now: now) == [])
            #expect(machine.submissions(atMost: 2, now: now) == [])
            #expect(machine.submissions(atMost: 2, now: now + .seconds(1)) == [.submit(1)])
        }
        _ = machine.read(0, record: Record(exit: .exited(0), duration: 1, stdout: [], stderr: []))
        #expect(machine.submissionFailed(1, error: full, now: .seconds(229)) == [])
        #expect(machine.submissions(atMost: 2, now: .seconds(230)) == [.submit(1)])
        let row = rows(machine.submissionFailed(1, error: full, now: .seconds(230))).first
        #expect(row?.code == .refused)
        #expect(row?.reason == "Slurm refused the job: full (2050)")
    }
}
