@testable import FanOut
import SlurmModel
import Testing

/// Jobs that a fleet which is gone had submitted.
@Suite("Fan-out resumption")
struct FanOutResumptionTests {
    private static func machine() -> FanOutMachine {
        FanOutMachine(
            nodes: ["a", "b"], jobName: "fleet-r", limits: FanOutLimits(), directory: "/run")
    }

    @Test("A job that is known is watched, not submitted again")
    func watched() {
        var machine = Self.machine()
        machine.resume(0, job: 7, attempt: 3)
        #expect(machine.attempt(0) == 3)
        #expect(machine.submissions(atMost: 8, now: .zero) == [.submit(1)])
        let scan = RecordScan(finished: ["a.7"])
        #expect(machine.scanned(scan, now: .zero) == [.read(0, job: 7)])
        let record = Record(exit: .exited(0), duration: 1, stdout: [], stderr: [])
        guard case .finish(let row)? = machine.read(0, record: record).first else {
            Issue.record("no row")
            return
        }
        #expect(row.attempts == 3)
        #expect(row.jobID == 7)
        #expect(row.outcome == .finished)
    }

    @Test("A job that Slurm has ended meanwhile gets Slurm's word")
    func ended() {
        var machine = Self.machine()
        machine.resume(0, job: 7, attempt: 1)
        let job = Job(id: 7, state: .nodeFail)
        var rows: [NodeResult] = []
        for second in [1, 12, 13] {
            for case .finish(let row) in machine.observed(
                [job], asked: .seconds(second), now: .seconds(second))
            {
                rows.append(row)
            }
        }
        #expect(rows.map(\.outcome) == [.nodeFailed])
    }

    @Test("Only what waits can be taken up")
    func onlyOnce() {
        var machine = Self.machine()
        machine.resume(0, job: 7, attempt: 1)
        machine.resume(0, job: 8, attempt: 2)
        #expect(machine.flight(of: 0)?.job == 7)
        #expect(machine.attempt(0) == 1)
        let actions = machine.cancel(now: .seconds(1))
        #expect(actions.first == .cancel(job: 7))
    }
}
