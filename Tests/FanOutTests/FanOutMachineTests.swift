@testable import FanOut
import SlurmModel
import Testing

/// The machine's decisions with a clock made of numbers: no job, no file, no sleep.
@Suite("Fan-out decisions")
struct FanOutMachineTests {
    private static let record = Self.answer(status: .exited(0))

    private static func answer(status: SlurmModel.ExitStatus, timedOut: Bool = false) -> Record {
        Record(exit: status, timedOut: timedOut, duration: 0.5, stdout: [65], stderr: [])
    }

    private static func limits() -> FanOutLimits {
        var limits = FanOutLimits()
        limits.wait = .seconds(30)
        limits.timeout = .seconds(60)
        return limits
    }

    /// A machine with one node whose job 7 was submitted at 0 s.
    private static func flying() -> FanOutMachine {
        var machine = FanOutMachine(
            nodes: ["n1"], jobName: "fleet-r", limits: limits(), directory: "/run")
        #expect(machine.submissions(atMost: 8, now: .zero) == [.submit(0)])
        #expect(machine.submitted(0, job: 7, now: .zero) == [])
        return machine
    }

    private static func started() -> FanOutMachine {
        var machine = flying()
        _ = machine.scanned(RecordScan(started: ["n1.7"]), now: .seconds(1))
        return machine
    }

    private func result(of actions: [FanOutMachine.Action]) -> NodeResult? {
        actions.compactMap { if case .finish(let result) = $0 { result } else { nil } }.first
    }

    private func cancels(_ actions: [FanOutMachine.Action]) -> [UInt32] {
        actions.compactMap { if case .cancel(let job) = $0 { job } else { nil } }
    }

    @Test("A record ends a target, once")
    func recordEndsTarget() {
        var machine = Self.started()
        #expect(
            machine.scanned(RecordScan(finished: ["n1.7"]), now: .seconds(2)) == [.read(0, job: 7)])
        let row = result(of: machine.read(0, record: Self.record))
        #expect(row?.outcome == .finished)
        #expect(row?.exit == .exited(0))
        #expect(row?.jobID == 7)
        #expect(machine.isDone)
        #expect(machine.read(0, record: Self.record) == [])
        #expect(machine.scanned(RecordScan(finished: ["n1.7"]), now: .seconds(3)) == [])
    }

    @Test("A record of a payload that ran out of time names the limit")
    func timedOutRecord() {
        var machine = Self.started()
        let row = result(
            of: machine.read(0, record: Self.answer(status: .exited(124), timedOut: true)))
        #expect(row?.outcome == .timedOut)
        #expect(row?.exit == nil)
        #expect(row?.reason == "still running after 60 s (--timeout)")
    }

    @Test(
        "A job that stays pending is withdrawn after --wait, with Slurm's reason and what helps",
        arguments: [
            ("its resources are in use", "raise --wait, or come back when the node is free"),
            ("QOS time limit", "lower --timeout"),
            ("account does not allow it", "name an account that the partition takes (--account)"),
            ("QOS does not allow it", "name a QOS that the partition takes (--qos)"),
        ])
    func pendingTooLong(cause: String, remedy: String) {
        var machine = Self.flying()
        let job = Job(id: 7, state: .pending, reason: cause)
        #expect(machine.observed([job], asked: .seconds(29), now: .seconds(30)) == [])
        let actions = machine.observed([job], asked: .seconds(30), now: .seconds(31))
        #expect(cancels(actions) == [7])
        #expect(!machine.isDone)
        let ended = Job(id: 7, state: .cancelled)
        let row = result(of: machine.observed([ended], asked: .seconds(32), now: .seconds(32)))
        #expect(row?.outcome == .notRun)
        #expect(row?.reason == "job 7 did not start within 30 s (--wait): \(cause)")
        #expect(row?.remedy == remedy)
    }

    @Test("A job that starts while it is withdrawn was cancelled, not left alone")
    func startsWhileWithdrawn() {
        var machine = Self.flying()
        let pending = Job(id: 7, state: .pending)
        _ = machine.observed([pending], asked: .seconds(31), now: .seconds(31))
        _ = machine.scanned(RecordScan(started: ["n1.7"]), now: .seconds(31))
        let ended = Job(id: 7, state: .cancelled)
        let row = result(of: machine.observed([ended], asked: .seconds(32), now: .seconds(32)))
        #expect(row?.outcome == .cancelled)
    }

    @Test("A record that arrives while a job is withdrawn is the truth")
    func recordWhileWithdrawn() {
        var machine = Self.flying()
        let pending = Job(id: 7, state: .pending)
        _ = machine.observed([pending], asked: .seconds(31), now: .seconds(31))
        let row = result(of: machine.read(0, record: Self.record))
        #expect(row?.outcome == .finished)
    }

    @Test("A payload that fleet itself killed is cancelled, with what it had written")
    func killedByFleet() {
        var machine = Self.started()
        _ = machine.cancel(now: .seconds(2))
        let row = result(of: machine.read(0, record: Self.answer(status: .signalled(9))))
        #expect(row?.outcome == .cancelled)
        #expect(row?.exit == nil)
        #expect(row?.stdout == [65])
    }

    @Test("A slurmd that takes no job is told from a busy node: Slurm requeues at once")
    func requeued() {
        var machine = Self.flying()
        let job = Job(id: 7, state: .pending, isCompleting: true)
        let actions = machine.observed([job], asked: .seconds(6), now: .seconds(6))
        #expect(cancels(actions) == [7])
        #expect(result(of: actions)?.outcome == .launchFailed)
        #expect(machine.isDone)
    }

    @Test("A running job that starts nothing is a failed launch")
    func runningButSilent() {
        var machine = Self.flying()
        let job = Job(id: 7, state: .running)
        #expect(machine.observed([job], asked: .seconds(1), now: .seconds(1)) == [])
        #expect(machine.observed([job], asked: .seconds(31), now: .seconds(31)) == [])
        let actions = machine.observed([job], asked: .seconds(32), now: .seconds(32))
        #expect(cancels(actions) == [7])
        // Slurm never confirms: the row still comes.
        let row = result(of: machine.tick(now: .seconds(43)))
        #expect(row?.outcome == .launchFailed)
    }

    @Test("A payload without a record long after its deadline is ended from the head")
    func wedged() {
        var machine = Self.started()
        let job = Job(id: 7, state: .running)
        #expect(machine.observed([job], asked: .seconds(80), now: .seconds(81)) == [])
        let actions = machine.observed([job], asked: .seconds(82), now: .seconds(82))
        #expect(cancels(actions) == [7])
        let row = result(of: machine.tick(now: .seconds(93)))
        #expect(row?.outcome == .timedOut)
    }

    struct EndedCase: Sendable, CustomTestStringConvertible {
        var state: Job.State
        var exit: SlurmModel.ExitStatus = .exited(0)
        var started: Bool
        var outcome: Outcome
        var testDescription: String { "\(state) \(started ? "after" : "before") the start" }
    }

    @Test(
        "A job that ended without a record ends by Slurm's word, never by a guess",
        arguments: [
            EndedCase(state: .nodeFail, started: false, outcome: .nodeFailed),
            EndedCase(state: .nodeFail, started: true, outcome: .nodeFailed),
            EndedCase(state: .bootFail, started: false, outcome: .nodeFailed),
            EndedCase(state: .cancelled, started: true, outcome: .cancelled),
            EndedCase(state: .preempted, started: true, outcome: .cancelled),
            EndedCase(state: .deadline, started: false, outcome: .cancelled),
            EndedCase(state: .timeout, started: true, outcome: .timedOut),
            EndedCase(state: .outOfMemory, started: true, outcome: .garbled),
            EndedCase(state: .failed, exit: .exited(1), started: false, outcome: .launchFailed),
            EndedCase(state: .failed, exit: .exited(1), started: true, outcome: .garbled),
            EndedCase(state: .completed, started: true, outcome: .garbled),
            EndedCase(state: .completed, started: false, outcome: .garbled),
        ])
    func endedWithoutRecord(_ test: EndedCase) {
        var machine = test.started ? Self.started() : Self.flying()
        let job = Job(id: 7, state: test.state, exit: test.exit)
        #expect(result(of: machine.observed([job], asked: .seconds(2), now: .seconds(2))) == nil)
        // Its record is asked for by name before anything is concluded.
        let asking = machine.observed([job], asked: .seconds(12), now: .seconds(12))
        #expect(asking == [.read(0, job: 7)])
        let later = result(of: machine.observed([job], asked: .seconds(13), now: .seconds(13)))
        #expect(later?.outcome == test.outcome)
        #expect(later?.reason?.isEmpty == false)
        #expect(machine.isDone)
    }

    @Test(
        "A wrapper's own exit code says at once what is wrong", arguments: WrapperFailure.allCases)
    func wrapperFailure(_ failure: WrapperFailure) {
        var machine = Self.flying()
        let job = Job(id: 7, state: .failed, exit: .exited(failure.rawValue))
        let row = result(of: machine.observed([job], asked: .seconds(1), now: .seconds(1)))
        #expect(row?.outcome == .launchFailed)
        #expect(row?.reason == failure.reason(directory: "/run"))
        #expect(row?.remedy == failure.remedy)
    }

    @Test("A record that cannot be believed is garbled once its job has ended")
    func untrustedRecord() {
        var machine = Self.started()
        machine.unreadable(0, problem: .foreign(field: "nonce"))
        let job = Job(id: 7, state: .completed, exit: .exited(0))
        #expect(machine.observed([job], asked: .seconds(2), now: .seconds(2)) == [])
        _ = machine.observed([job], asked: .seconds(12), now: .seconds(12))
        let row = result(of: machine.observed([job], asked: .seconds(13), now: .seconds(13)))
        #expect(row?.outcome == .garbled)
        #expect(row?.reason == "its record carries another nonce")
    }

    @Test("A job that slurmctld forgot, without a record, is garbled")
    func forgotten() {
        var machine = Self.flying()
        #expect(machine.observed([], asked: .seconds(400), now: .seconds(400)) == [])
        _ = machine.observed([], asked: .seconds(402), now: .seconds(402))
        let row = result(of: machine.observed([], asked: .seconds(403), now: .seconds(403)))
        #expect(row?.outcome == .garbled)
        #expect(row?.reason == "slurmctld no longer knows job 7, and it left no record")
    }

    @Test("A job submitted after the question cannot be missing from the answer")
    func askedBeforeSubmission() {
        var machine = FanOutMachine(
            nodes: ["n1"], jobName: "fleet-r", limits: Self.limits(), directory: "/run")
        _ = machine.submissions(atMost: 1, now: .seconds(5))
        _ = machine.submitted(0, job: 7, now: .seconds(5))
        #expect(machine.observed([], asked: .seconds(5), now: .seconds(400)) == [])
        #expect(machine.flight(of: 0)?.ended == nil)
    }

    @Test("A busy slurmctld is asked again; a refusal is final")
    func submissionErrors() {
        var machine = FanOutMachine(
            nodes: ["n1", "n2"], jobName: "fleet-r", limits: Self.limits(), directory: "/run")
        _ = machine.submissions(atMost: 8, now: .zero)
        let busy = SlurmError(kind: .temporary, attempt: "submit", cause: "try again", code: 11)
        #expect(machine.submissionFailed(0, error: busy, now: .zero) == [])
        #expect(machine.submissions(atMost: 8, now: .milliseconds(900)) == [])
        #expect(machine.submissions(atMost: 8, now: .seconds(1)) == [.submit(0)])
        let last = result(of: machine.submissionFailed(0, error: busy, now: .seconds(31)))
        #expect(last?.outcome == .launchFailed)

        let refused = SlurmError(kind: .refused, attempt: "submit", cause: "no", code: 2014)
        let row = result(of: machine.submissionFailed(1, error: refused, now: .zero))
        #expect(row?.reason == "Slurm refused the job: no (2014)")
        #expect(machine.isDone)
    }

    @Test("An interruption ends what flies and drops what was never sent")
    func interruption() {
        var machine = FanOutMachine(
            nodes: ["a", "b", "c"], jobName: "fleet-r", limits: Self.limits(), directory: "/run")
        _ = machine.submissions(atMost: 2, now: .zero)
        _ = machine.submitted(0, job: 1, now: .zero)
        let actions = machine.cancel(now: .seconds(1))
        #expect(cancels(actions) == [1])
        #expect(result(of: actions)?.node == "c")
        // The submission that was under way is ended as soon as its number is known.
        #expect(cancels(machine.submitted(1, job: 2, now: .seconds(1))) == [2])
        let ended = [Job(id: 1, state: .cancelled), Job(id: 2, state: .cancelled)]
        let rows = machine.observed(ended, asked: .seconds(2), now: .seconds(2))
        #expect(rows.count == 2)
        #expect(machine.isDone)
        #expect(machine.cancel(now: .seconds(3)) == [])
        #expect(machine.submissions(atMost: 8, now: .seconds(3)) == [])
    }

    @Test("A slurmctld that never answers again does not keep a run for ever")
    func silentController() {
        var machine = Self.flying()
        let error = SlurmError(kind: .controller, attempt: "load", cause: "gone", code: 1800)
        #expect(machine.observationFailed(error, now: .seconds(100)) == [])
        let row = result(of: machine.observationFailed(error, now: .seconds(200)))
        #expect(row?.outcome == .garbled)
    }
}
