@testable import FanOut
import Foundation
import SlurmModel
import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// The whole engine over a real run directory and real wrappers, without Slurm: jobs are /bin/sh processes.
@Suite(.timeLimit(.minutes(20))) struct FanOutEngineTests {
    private static let way = Target.Dispatch(.job, partition: "p", note: "why")

    /// Starts a job's script here, as slurmd would.
    private static func start(_ job: BatchJob, _ id: UInt32) async throws -> TerminationStatus {
        try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", job.script],
            environment: .inherit.updating(["SLURM_JOB_ID": "\(id)"]), input: .none,
            output: .discarded, error: .discarded
        ).terminationStatus
    }

    @Test func everyRow() async throws {
        var payload = Payload(arguments: ["sh", "-c", "echo $0; exit 3", "{node}"], timeout: 20)
        payload.isTemplate = true
        let run = try TestRun(payload)
        let names = (0..<6).map { "n\($0)" }
        let scheduler = FakeScheduler(
            known: { id, job in
                Job(id: id, name: job.name, requestedNode: job.node, state: .running)
            },
            onSubmit: { job, id in Task.detached { _ = try await Self.start(job, id) } })
        await run.run(TestRun.targets(names, Self.way), scheduler: scheduler)
        for (index, name) in names.enumerated() {
            let row = try #require(run.rows[name]?.first)
            #expect(run.rows[name]?.count == 1)
            #expect(row.outcome == .finished)
            #expect(row.exit == .exited(3))
            #expect(row.stdout == Array("\(name)\n".utf8))
            #expect(row.jobID == UInt32(index + 1))
            #expect(row.note == "why")
        }
        #expect(scheduler.cancelled.isEmpty)
        #expect(scheduler.submitted.map(\.partition) == names.map { _ in "p" })
        let submitted = run.events.filter { if case .submitted = $0 { true } else { false } }
        #expect(submitted.count == 6)
    }

    @Test("A job that was given up never runs its payload, however late it starts")
    func lateStart() async throws {
        let run = try TestRun()
        let scheduler = FakeScheduler()
        var limits = FanOutLimits()
        limits.wait = .milliseconds(600)
        await run.run(TestRun.targets(["n"], Self.way), limits: limits, scheduler: scheduler)
        let row = try #require(run.rows["n"]?.first)
        #expect(row.outcome == .notRun)
        #expect(row.note == "why")
        #expect(scheduler.cancelled == [1])
        let job = try #require(scheduler.submitted.first)
        let status = try await Self.start(job, 1)
        #expect(status == .exited(Int32(WrapperFailure.withdrawn.rawValue)))
        #expect(run.directory.scan() == RecordScan())
    }

    @Test("A job that began just as it was given up is not called 'not run'")
    func begunMeanwhile() async throws {
        let run = try TestRun()
        let directory = run.directory
        var limits = FanOutLimits()
        limits.wait = .milliseconds(600)
        let scheduler = FakeScheduler(onSubmit: { job, _ in
            // The node's own claim: its payload has begun.
            let claim = directory.path + "/records/.\(job.node).1.claim"
            _ = FileManager.default.createFile(atPath: claim, contents: nil)
        })
        await run.run(TestRun.targets(["n"], Self.way), limits: limits, scheduler: scheduler)
        let row = try #require(run.rows["n"]?.first)
        #expect(row.outcome == .cancelled)
        #expect(row.reason?.hasPrefix("it began all the same: ") == true)
    }

    @Test func retry() async throws {
        let run = try TestRun()
        var limits = FanOutLimits()
        limits.retries = 1
        limits.retryDelay = .milliseconds(10)
        let scheduler = FakeScheduler(
            known: { id, job in
                // The first attempt's slurmd does not answer.
                Job(
                    id: id, name: job.name, requestedNode: job.node,
                    state: id == 1 ? .pending : .running, isCompleting: id == 1)
            },
            onSubmit: { job, id in
                guard id > 1 else { return }
                Task.detached { _ = try await Self.start(job, id) }
            })
        await run.run(TestRun.targets(["n"], Self.way), limits: limits, scheduler: scheduler)
        let row = try #require(run.rows["n"]?.first)
        #expect((row.outcome, row.attempts, row.jobID) == (.finished, 2, 2))
        #expect(scheduler.cancelled == [1])
        // The first attempt's job starts after all.
        let first = try #require(scheduler.submitted.first)
        #expect(try await Self.start(first, 1) == .exited(85))
    }

    @Test func output() async throws {
        // It goes on once its first line was told.
        let folder = try TemporaryFolder()
        let told = "\(folder.path)/told"
        let script =
            "echo one; until [ -e '\(told)' ]; do sleep 0.1; done; printf two; echo bad >&2"
        let run = try TestRun(Payload(arguments: ["sh", "-c", script], timeout: 50))
        let scheduler = FakeScheduler(onSubmit: { job, id in
            Task.detached { _ = try await Self.start(job, id) }
        })
        await run.run(
            TestRun.targets(["n"], Self.way), scheduler: scheduler, follow: true,
            onEvent: { event in
                guard case .output = event else { return }
                #expect(FileManager.default.createFile(atPath: told, contents: nil))
            })
        var whole = OutputPiece()
        var pieces = 0
        for case .output("n", let piece) in run.events {
            pieces += 1
            whole.stdout += piece.stdout
            whole.stderr += piece.stderr
        }
        #expect(whole == OutputPiece(stdout: Array("one\ntwo".utf8), stderr: Array("bad\n".utf8)))
        #expect(pieces >= 2)
        guard
            case .result = run.events.last(where: { event in
                switch event {
                case .result, .output: true
                case .submitted, .started, .progress, .cancelling, .cancelFailed,
                    .controllerSilent:
                    false
                }
            })
        else {
            Issue.record("output was told after its row")
            return
        }
    }

    @Test func interrupted() async throws {
        let run = try TestRun(Payload(arguments: ["sleep", "50"], timeout: 60))
        let control = run.control
        let scheduler = FakeScheduler(onSubmit: { _, id in if id == 3 { control.cancel() } })
        let names = (0..<5).map { "n\($0)" }
        await run.run(TestRun.targets(names, Self.way), scheduler: scheduler)
        #expect(run.rows.values.joined().map(\.outcome) == names.map { _ in .cancelled })
        #expect(scheduler.cancelled == [1, 2, 3])
        #expect(scheduler.submitted.count == 3)
    }

    @Test func resumed() async throws {
        let run = try TestRun()
        let target = TestRun.targets(["n"], Self.way)
        let old = FakeScheduler()
        let job = run.plan.job(for: target[0].node, Self.way)
        let id = try await old.submit(job)
        _ = try await Self.start(job, id)
        let engine = FanOut(
            scheduler: old, store: run.directory,
            steps: FakeSteps { _ in StepEnd(status: nil) }, plan: run.plan,
            limits: FanOutLimits(), control: run.control)
        let rows = Mutex<[NodeResult]>([])
        await engine.run(target, earlier: ["n": SubmittedJob(job: id, attempt: 1)]) { event in
            if case .result(let row) = event { rows.withLock { $0.append(row) } }
        }
        #expect(rows.withLock { $0.map(\.outcome) } == [.finished])
        #expect(old.submitted.count == 1)
    }
}
