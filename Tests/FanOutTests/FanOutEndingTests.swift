@testable import FanOut
import SlurmModel
import Testing

/// Who ended a payload, and whether its end is certain.
@Suite("Fan-out endings")
struct FanOutEndingTests {
    /// A machine with one node whose job 7 runs, and whose payload was ended by a signal.
    private static func signalled() -> FanOutMachine {
        var machine = FanOutMachine(
            nodes: ["n1"], jobName: "fleet-r", limits: FanOutLimits(), directory: "/run")
        _ = machine.submissions(atMost: 1, now: .zero)
        _ = machine.submitted(0, job: 7, now: .zero)
        _ = machine.scanned(RecordScan(started: ["n1.7"]), now: .seconds(1))
        let record = Record(exit: .signalled(15), duration: 0.5, stdout: [65], stderr: [])
        #expect(machine.read(0, record: record) == [])
        return machine
    }

    private func row(of actions: [FanOutMachine.Action]) -> NodeResult? {
        actions.compactMap { if case .finish(let result) = $0 { result } else { nil } }.first
    }

    @Test(
        "A signal that Slurm sent is told by the job's state; any other is the payload's own",
        arguments: [
            (.nodeFail, .nodeFailed), (.cancelled, .cancelled), (.preempted, .cancelled),
            (.timeout, .timedOut), (.completed, .finished), (.failed, .finished),
        ] as [(Job.State, Outcome)])
    func signal(state: Job.State, outcome: Outcome) {
        var machine = Self.signalled()
        // It is read once: its file is not looked at again.
        #expect(machine.scanned(RecordScan(finished: ["n1.7"]), now: .seconds(2)) == [])
        let actions = machine.observed(
            [Job(id: 7, state: state)], asked: .seconds(2), now: .seconds(2))
        #expect(row(of: actions)?.outcome == outcome)
        #expect(row(of: actions)?.stdout == [65])
        #expect(row(of: actions)?.duration == 0.5)
        #expect(machine.isDone)
    }

    @Test(
        "A signal is the payload's own where slurmctld goes on calling the job running, or is silent"
    )
    func undecided() {
        var machine = Self.signalled()
        var actions: [FanOutMachine.Action] = []
        for second in 2...5 {
            #expect(actions == [])
            actions = machine.observed(
                [Job(id: 7, state: .running)], asked: .seconds(second), now: .seconds(second))
        }
        #expect(row(of: actions)?.exit == .signalled(15))
        var silent = Self.signalled()
        let error = SlurmError(kind: .controller, attempt: "load", cause: "gone")
        #expect(row(of: silent.observationFailed(error, now: .seconds(2)))?.outcome == .finished)
    }

    @Test("An end that slurmctld never confirmed is not claimed")
    func unconfirmed() throws {
        var machine = FanOutMachine(
            nodes: ["n1"], jobName: "fleet-r", limits: FanOutLimits(), directory: "/run")
        _ = machine.submissions(atMost: 1, now: .zero)
        _ = machine.submitted(0, job: 7, now: .zero)
        _ = machine.scanned(RecordScan(started: ["n1.7"]), now: .seconds(1))
        _ = machine.cancel(now: .seconds(2))
        let actions = machine.tick(now: .seconds(60))
        let result = try #require(row(of: actions))
        #expect(result.outcome == .cancelled)
        #expect(result.reason?.contains("has not confirmed the end of job 7") == true)
        #expect(result.remedy?.contains("fleet cancel") == true)
    }

    @Test("A payload in its grace is waited for: what it leaves says how it ended")
    func grace() {
        var machine = FanOutMachine(
            nodes: ["n1"], jobName: "fleet-r", limits: FanOutLimits(), directory: "/run")
        _ = machine.submissions(atMost: 1, now: .zero)
        _ = machine.submitted(0, job: 7, now: .zero)
        _ = machine.scanned(RecordScan(started: ["n1.7"]), now: .seconds(1))
        _ = machine.cancel(now: .seconds(2))
        let ending = Job(id: 7, state: .cancelled, isCompleting: true)
        #expect(machine.observed([ending], asked: .seconds(3), now: .seconds(3)) == [])
        let record = Record(
            exit: .exited(0), ended: true, duration: 4, stdout: [66], stderr: [])
        let result = row(of: machine.read(0, record: record))
        #expect(result?.outcome == .cancelled)
        #expect(result?.stdout == [66])
        #expect(result?.reason?.contains("confirmed") == false)
    }
}
