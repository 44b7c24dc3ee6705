@testable import FanOut
import SlurmModel
import Testing

/// Submissions that slurmctld takes, loses, or never answers.
@Suite("Fan-out submissions")
struct FanOutSubmissionTests {
    private static let lost = SlurmError(
        kind: .controller, attempt: "submit", cause: "timeout", code: 5004)
    private static let refusedConnection = SlurmError(
        kind: .controller, attempt: "submit", cause: "no connection", code: 1800)

    private static func machine(_ nodes: String...) -> FanOutMachine {
        FanOutMachine(nodes: nodes, jobName: "fleet-r", limits: FanOutLimits(), directory: "/run")
    }

    private func rows(_ actions: [FanOutMachine.Action]) -> [NodeResult] {
        actions.compactMap { if case .finish(let result) = $0 { result } else { nil } }
    }

    @Test("A job whose confirmation was lost is found among the user's jobs, never submitted twice")
    func adopted() {
        var machine = Self.machine("n1")
        _ = machine.submissions(atMost: 8, now: .zero)
        #expect(machine.submissionFailed(0, error: Self.lost, now: .zero) == [])
        #expect(machine.submissions(atMost: 8, now: .seconds(5)) == [])
        let jobs = [
            Job(id: 8, name: "other", requestedNode: "n1", state: .running),
            Job(id: 9, name: "fleet-r", requestedNode: "n1", state: .running),
        ]
        #expect(machine.observed(jobs, asked: .seconds(1), now: .seconds(1)) == [])
        #expect(
            machine.scanned(RecordScan(finished: ["n1.9"]), now: .seconds(2)) == [.read(0, job: 9)])
    }

    @Test("A job that slurmctld, asked afterwards, does not have is submitted again")
    func submittedAgain() {
        var machine = Self.machine("n1")
        _ = machine.submissions(atMost: 8, now: .zero)
        _ = machine.submissionFailed(0, error: Self.lost, now: .seconds(1))
        // An answer to an earlier question says nothing.
        _ = machine.observed([], asked: .seconds(1), now: .seconds(2))
        #expect(machine.submissions(atMost: 8, now: .seconds(2)) == [])
        _ = machine.observed([], asked: .seconds(3), now: .seconds(3))
        #expect(machine.submissions(atMost: 8, now: .seconds(3)) == [.submit(0)])
    }

    @Test("Where slurmctld never says, the row says that the job may run all the same")
    func neverSaid() {
        var machine = Self.machine("n1")
        _ = machine.submissions(atMost: 8, now: .zero)
        _ = machine.submissionFailed(0, error: Self.lost, now: .zero)
        #expect(machine.tick(now: .seconds(30)) == [])
        let row = rows(machine.tick(now: .seconds(31))).first
        #expect(row?.outcome == .launchFailed)
        #expect(row?.settled(by: .unknown).reason?.contains("may run all the same") == true)
        // Taken away from the node in the run directory, it cannot.
        #expect(row?.settled(by: .withdrawn).reason?.contains("may run") == false)
        #expect(row?.remedy == "look for it: squeue --name=fleet-r")
        #expect(machine.isDone)
    }

    @Test("A silent slurmctld is tried one job at a time, and not for ever")
    func silent() {
        var machine = Self.machine("a", "b", "c")
        _ = machine.submissions(atMost: 2, now: .zero)
        _ = machine.submissionFailed(0, error: Self.refusedConnection, now: .zero)
        #expect(machine.notTried(1) == [])
        #expect(machine.submissions(atMost: 8, now: .seconds(1)).count == 1)
        #expect(machine.tick(now: .seconds(30)) == [])
        let given = rows(machine.tick(now: .seconds(31)))
        #expect(given.count == 2)
        #expect(given.allSatisfy { $0.outcome == .launchFailed })
        #expect(given.allSatisfy { $0.reason?.contains("has not answered for 30 s") == true })
    }

    @Test("A slurmctld that answers again gets the whole batch again")
    func recovered() {
        var machine = Self.machine("a", "b", "c")
        _ = machine.submissions(atMost: 1, now: .zero)
        _ = machine.submissionFailed(0, error: Self.refusedConnection, now: .zero)
        #expect(machine.submissions(atMost: 8, now: .seconds(1)) == [.submit(0)])
        _ = machine.submitted(0, job: 1, now: .seconds(1))
        #expect(machine.submissions(atMost: 8, now: .seconds(1)) == [.submit(1), .submit(2)])
    }

    @Test("A busy slurmctld is asked again also late in a long run")
    func patienceBeginsWithTheFirstTry() {
        var machine = Self.machine("a")
        _ = machine.submissions(atMost: 1, now: .seconds(500))
        let busy = SlurmError(kind: .temporary, attempt: "submit", cause: "busy", code: 11)
        #expect(machine.submissionFailed(0, error: busy, now: .seconds(501)) == [])
        #expect(machine.submissions(atMost: 1, now: .seconds(502)) == [.submit(0)])
    }

    @Test("A number that slurmctld gave to another job is not ours")
    func reusedNumber() {
        var machine = Self.machine("n1")
        _ = machine.submissions(atMost: 1, now: .zero)
        _ = machine.submitted(0, job: 7, now: .zero)
        let other = Job(id: 7, name: "fleet-r", requestedNode: "n2", state: .completed)
        for second in [1, 12, 13] {
            let actions = machine.observed([other], asked: .seconds(second), now: .seconds(second))
            if let row = rows(actions).first {
                #expect(row.outcome == .garbled)
                #expect(row.reason?.contains("no longer knows job 7") == true)
            }
        }
        #expect(machine.isDone)
    }

    @Test("An interruption with a silent slurmctld still ends the run")
    func interruptedInSilence() {
        var machine = Self.machine("a", "b", "c")
        _ = machine.submissions(atMost: 2, now: .zero)
        _ = machine.submitted(0, job: 7, now: .zero)
        _ = machine.cancel(now: .seconds(1))
        #expect(rows(machine.notTried(1)).first?.outcome == .cancelled)
        #expect(machine.tick(now: .seconds(11)) == [])
        #expect(rows(machine.tick(now: .seconds(12))).first?.outcome == .cancelled)
        #expect(machine.isDone)
    }

    @Test("A payload that was told to end is cancelled, whatever it made of it")
    func toldToEnd() {
        var machine = Self.machine("n1")
        _ = machine.submissions(atMost: 1, now: .zero)
        _ = machine.submitted(0, job: 7, now: .zero)
        let record = Record(exit: .exited(0), ended: true, duration: 1, stdout: [65], stderr: [])
        let row = rows(machine.read(0, record: record)).first
        #expect(row?.outcome == .cancelled)
        #expect(row?.stdout == [65])
    }
}
