@testable import FanOut
import Platform
import SlurmModel
import Testing

/// Every way in which a srun can end, and what its row says.
@Suite struct StepJudgeTests {
    static func step(_ launcher: Launcher = .srun) -> Step {
        Step(
            node: "n", launcher: launcher, jobName: "fleet-r", partition: "p",
            options: JobOptions(), isExclusive: false, memoryMiB: nil, gres: nil,
            timeLimitMinutes: 2, wait: 30, limit: 140, environment: [], script: "", output: "/o")
    }

    private func judge(
        _ end: StepEnd, _ record: Result<Record, RecordProblem> = .failure(.missing),
        begun: Bool = false, cancelled: Bool = false, launcher: Launcher = .srun
    ) -> NodeResult {
        StepJudge(step: Self.step(launcher), limits: FanOutLimits(), isCancelled: cancelled)
            .result(end, record: record, hasBegun: begun)
    }

    private static func record(
        timedOut: Bool = false, ended: Bool = false, setupFailed: Bool = false
    ) -> Record {
        Record(
            exit: .exited(3), timedOut: timedOut, ended: ended, setupFailed: setupFailed,
            duration: 2, stdout: [65], stderr: [66])
    }

    @Test(arguments: [Launcher.srun, .direct])
    func finished(_ launcher: Launcher) {
        // What srun itself says is nothing against a whole record.
        let row = judge(
            StepEnd(status: .exited(1), messages: "srun: error: n: task 0: Exited", outlived: true),
            .success(Self.record()), begun: true, launcher: launcher)
        #expect(
            row
                == NodeResult(
                    node: "n", outcome: .finished, exit: .exited(3), duration: 2,
                    launcher: launcher, stdout: [65], stderr: [66]))
    }

    @Test func late() {
        let row = judge(
            StepEnd(status: .exited(0)), .success(Self.record(timedOut: true)), begun: true)
        #expect(row.outcome == .timedOut)
        #expect(row.reason == "still running after 60 s (--timeout)")
        #expect(row.code == .timeout)
    }

    @Test(
        arguments: [
            (true, .interrupted, "interrupted while it ran"),
            (false, .ended, "its step was told to end while it ran (scancel, time limit)"),
        ] as [(Bool, ReasonCode, String)])
    func toldToEnd(_ cancelled: Bool, _ code: ReasonCode, _ reason: String) {
        let row = judge(
            StepEnd(status: .exited(0)), .success(Self.record(ended: true)), begun: true,
            cancelled: cancelled)
        #expect(row.outcome == .cancelled)
        #expect(row.code == code)
        #expect(row.reason == reason)
        #expect((row.stdout, row.stderr) == ([65], [66]))
        #expect(row.duration == 2)
        #expect(row.recordName == "srun-1")
    }

    @Test func setupFailed() {
        let row = judge(
            StepEnd(status: .exited(0)), .success(Self.record(setupFailed: true)), begun: true)
        #expect(row.outcome == .launchFailed)
        #expect(row.code == .files)
        #expect(!row.mayBeRetried)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var end: StepEnd
        var begun = false
        var cancelled = false
        var outcome: Outcome
        var code: ReasonCode?
        var reason: String
        var isTriedAgain = false
        var testDescription: String { reason }
    }

    @Test(arguments: [
        // It had begun, and left no whole record.
        Case(
            end: StepEnd(status: .exited(143)), begun: true, cancelled: true, outcome: .cancelled,
            code: .interrupted, reason: "interrupted while it ran; it did not answer in time"),
        Case(
            end: StepEnd(status: .signalled(9), outlived: true), begun: true, outcome: .timedOut,
            code: .timeout,
            reason: "no record 140 s after srun was started; the node's own deadline did not act"),
        Case(
            end: StepEnd(
                status: .exited(1),
                messages: "srun: error: Node failure on n\nsrun: Job step aborted\n"),
            begun: true, outcome: .nodeFailed,
            reason: "Slurm says the node failed under it: Node failure on n; Job step aborted"),
        Case(
            end: StepEnd(
                status: .signalled(9),
                messages: "slurmstepd: error: *** STEP 7.0 CANCELLED DUE TO NODE FAILURE ***"),
            begun: true, outcome: .nodeFailed,
            reason:
                "Slurm says the node failed under it: slurmstepd: error: *** STEP 7.0 CANCELLED DUE TO NODE FAILURE ***"
        ),
        Case(
            end: StepEnd(status: .exited(1), messages: "srun: error: n: task 0: Killed"),
            begun: true, outcome: .garbled,
            reason: "it left no record; srun says: n: task 0: Killed"),
        Case(
            end: StepEnd(status: .exited(1)), begun: true, outcome: .garbled,
            reason: "it left no record; srun says: srun ended without a word"),
        // The node sent its whole record, and this machine's disk was full until a moment ago.
        Case(
            end: StepEnd(status: .exited(0), messages: "srun: do not allocate resources\n"),
            outcome: .garbled, code: .directory,
            reason:
                "it left no record, and srun ended without an error: this machine could not keep what came (disk full?)"
        ),
        Case(
            end: StepEnd(
                status: .exited(0), fault: HeadFault("this machine has no room", remedy: "")),
            outcome: .garbled, code: .directory,
            reason: "it left no record: this machine has no room"),
        // It certainly never began.
        Case(
            end: StepEnd(status: .exited(143)), cancelled: true, outcome: .cancelled,
            code: .interrupted, reason: "interrupted before it started"),
        Case(
            end: StepEnd(status: nil, messages: "no such file"), outcome: .launchFailed,
            code: .refused, reason: "srun could not be started: no such file"),
        Case(
            end: StepEnd(status: .exited(83), messages: "srun: error: n: task 0: Exited with 83"),
            outcome: .launchFailed, code: .directory,
            reason: "the node has no folder where the payload's output can be kept",
            isTriedAgain: true),
        Case(
            end: StepEnd(status: .exited(84)), outcome: .launchFailed, code: .directory,
            reason: "the node has no folder where the payload's output can be kept",
            isTriedAgain: true),
        Case(
            end: StepEnd(
                status: .exited(1),
                messages:
                    "srun: error: Unable to allocate resources: Requested nodes are busy\n"),
            outcome: .notRun, code: .busy,
            reason:
                "srun got no place within 30 s (--wait): Unable to allocate resources: Requested nodes are busy"
        ),
        Case(
            end: StepEnd(
                status: .exited(1),
                messages: "srun: Unable to allocate resources: Immediate execution impossible, x"),
            outcome: .notRun, code: .busy,
            reason:
                "srun got no place within 30 s (--wait): Unable to allocate resources: Immediate execution impossible, x"
        ),
        Case(
            end: StepEnd(
                status: .exited(1),
                messages: "one\nsrun: error: two\n\nsrun: three\nsrun: error: four\n"),
            outcome: .launchFailed, code: .slurmd, reason: "two; three; four", isTriedAgain: true),
        Case(
            end: StepEnd(
                status: .exited(1), messages: "srun: do not allocate resources\nsrun: error: no"),
            outcome: .launchFailed, code: .slurmd, reason: "no", isTriedAgain: true),
        Case(
            end: StepEnd(status: .signalled(9), outlived: true), outcome: .launchFailed,
            code: .slurmd, reason: "srun did not end within 140 s: srun ended without a word",
            isTriedAgain: true),
    ])
    func withoutRecord(_ test: Case) {
        let row = judge(test.end, begun: test.begun, cancelled: test.cancelled)
        #expect(row.outcome == test.outcome)
        #expect(row.code == test.code)
        #expect(row.reason == test.reason)
        #expect(row.mayBeRetried == test.isTriedAgain)
        #expect(row.exit == nil)
        #expect(row.launcher == .srun)
    }

    @Test func damagedRecord() {
        let row = judge(
            StepEnd(status: .exited(0)), .failure(.wrongSize(expected: 9, found: 4)), begun: true)
        #expect(row.outcome == .garbled)
        #expect(
            row.reason
                == "its record holds 4 bytes instead of 9; srun says: srun ended without a word")
    }
}
