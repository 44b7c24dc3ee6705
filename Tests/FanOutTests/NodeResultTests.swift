@testable import FanOut
import SlurmModel
import Testing

@Suite struct NodeResultTests {
    private static let launches: [Outcome] = [.notRun, .launchFailed]

    @Test(arguments: Outcome.allCases, [ClaimResult.withdrawn, .begun, .unknown])
    func settled(_ outcome: Outcome, _ claim: ClaimResult) {
        let row = NodeResult(node: "n", outcome: outcome, jobID: 7, reason: "why")
        let settled = row.settled(by: claim)
        guard claim == .begun, Self.launches.contains(outcome) else {
            #expect(settled == row)
            return
        }
        // What began is neither left alone nor known to have failed.
        #expect(settled.outcome == (outcome == .notRun ? .cancelled : .garbled))
        #expect(settled.reason == "it began all the same: why")
    }

    @Test func settledWithoutReason() {
        let row = NodeResult(node: "n", outcome: .launchFailed).settled(by: .begun)
        #expect(row.reason == "it began all the same: launch failed")
        #expect(!row.mayBeRetried)
    }

    /// Its claim is its own: the wrapper began, its payload did not.
    @Test func filesStay() {
        let row = NodeResult(node: "n", outcome: .launchFailed, code: .files)
        #expect(row.settled(by: .begun) == row)
    }

    @Test(
        arguments: [
            (.finished, nil, nil, .job, 7, "7"), (.finished, nil, nil, .srun, nil, "srun-3"),
            (.finished, nil, nil, .direct, nil, "direct-3"),
            (.finished, nil, nil, .local, nil, "local"), (.finished, nil, nil, nil, nil, nil),
            (.finished, nil, nil, .job, nil, nil), (.launchFailed, nil, .files, .job, 7, "7"),
            (.launchFailed, nil, .slurmd, .job, 7, nil), (.timedOut, 60, .timeout, .job, 7, "7"),
            (.timedOut, nil, .timeout, .job, 7, nil),
            (.cancelled, 1, .ended, .direct, 7, "direct-3"),
            (.garbled, nil, nil, .job, 7, nil), (.notRun, nil, .state, nil, nil, nil),
        ] as [(Outcome, Double?, ReasonCode?, Launcher?, UInt32?, String?)])
    func recordName(
        _ outcome: Outcome, _ duration: Double?, _ code: ReasonCode?, _ launcher: Launcher?,
        _ job: UInt32?, _ name: String?
    ) {
        var row = NodeResult(
            node: "n", outcome: outcome, duration: duration, launcher: launcher, jobID: job,
            code: code)
        row.attempts = 3
        #expect(row.recordName == name)
    }

    @Test func finished() {
        let record = Record(exit: .exited(3), duration: 1.5, stdout: [65], stderr: [66])
        let row = NodeResult(node: "n", record: record, launcher: .direct, late: "late")
        #expect(
            row
                == NodeResult(
                    node: "n", outcome: .finished, exit: .exited(3), duration: 1.5,
                    launcher: .direct, stdout: [65], stderr: [66]))
    }

    @Test func late() {
        let record = Record(
            exit: .signalled(9), timedOut: true, duration: 60, stdout: [65], stderr: [])
        let row = NodeResult(node: "n", record: record, launcher: .job, jobID: 7, late: "late")
        #expect(
            row
                == NodeResult(
                    node: "n", outcome: .timedOut, duration: 60, launcher: .job, jobID: 7,
                    reason: "late", code: .timeout, stdout: [65]))
    }

    @Test func setupFailed() {
        let record = Record(
            exit: .exited(1), setupFailed: true, duration: 0, stdout: [],
            stderr: Array("mv: /etc/x: Permission denied\n\nsecond\n".utf8))
        let row = NodeResult(node: "n", record: record, launcher: .job, jobID: 7, late: "late")
        #expect(row.outcome == .launchFailed)
        #expect(row.code == .files)
        #expect(
            row.reason
                == "its files could not be put in place: mv: /etc/x: Permission denied; second")
        #expect(row.remedy == "check space, rights and paths on the node")
        #expect(row.exit == nil)
        #expect(row.duration == nil)
        #expect(!row.mayBeRetried)
    }

    @Test func setupFailedAtLength() {
        let record = Record(
            exit: .exited(1), setupFailed: true, duration: 0, stdout: [],
            stderr: [UInt8](repeating: 0x61, count: 100_000))
        let row = NodeResult(node: "n", record: record, launcher: .job, late: "late")
        #expect(row.reason?.utf8.count == 437)
        #expect(row.stderr.count == 100_000)
    }

    @Test func refusal() {
        let refusal = Target.Refusal(.state, "down", remedy: "fix it")
        let row = NodeResult(node: "n", refusal: refusal)
        #expect(row.outcome == .notRun)
        #expect((row.reason, row.code, row.remedy) == ("down", .state, "fix it"))
        #expect(row.attempts == 0)
        #expect(row.launcher == nil)
    }
}
