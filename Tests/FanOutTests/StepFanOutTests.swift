@testable import FanOut
import Foundation
import SlurmModel
import Synchronization
@testable import TestSupport
import Testing

/// The launchers srun and direct, with a srun that does what the test says and a real run directory.
@Suite(.timeLimit(.minutes(20))) struct StepFanOutTests {
    private static let node = Target.Dispatch(.direct, note: "drained")

    /// What a wrapper would have sent back.
    private static func answer(
        _ step: Step, attempt: Int = 1, run: String = "r1", stdout: String = "ok\n"
    ) {
        let text =
            "fleet-begun/1 secret\n\(stdout)\nfleet-record/1 run=\(run) node=\(step.node) "
            + "nonce=secret job=\(step.launcher.rawValue)-\(attempt) status=0 timed_out=0 ended=0 "
            + "setup=0 hundredths=5 stdout=\(stdout.utf8.count) stderr=0\n"
        write(text, step)
    }

    private static func write(_ text: String, _ step: Step) {
        #expect(FileManager.default.createFile(atPath: step.output, contents: Data(text.utf8)))
    }

    @Test func rows() async throws {
        let run = try TestRun()
        let names = (0..<20).map { "n\($0)" }
        await run.run(TestRun.targets(names, Self.node)) { step in
            Self.answer(step, stdout: "I am \(step.node)\n")
            return StepEnd(status: .exited(0))
        }
        #expect(run.rows.count == 20)
        for name in names {
            let row = try #require(run.rows[name]?.first)
            #expect(run.rows[name]?.count == 1)
            #expect(row.outcome == .finished)
            #expect(row.stdout == Array("I am \(name)\n".utf8))
            #expect(row.note == "drained")
            #expect(row.launcher == .direct)
            // The record stays, for 'fleet show'.
            let kept = try run.directory.record(for: run.plan.key(node: name, job: "direct-1"))
            #expect(kept.stdout == row.stdout)
        }
        #expect(try run.records() == names.map { "\($0).direct-1" }.sorted())
    }

    @Test(arguments: [1, 3, 64])
    func window(_ size: Int) async throws {
        let run = try TestRun()
        let running = Mutex((now: 0, most: 0))
        var limits = FanOutLimits()
        limits.window = size
        await run.run(
            TestRun.targets((0..<12).map { "n\($0)" }, Self.node), limits: limits
        ) { step in
            running.withLock { running in
                running.now += 1
                running.most = max(running.most, running.now)
            }
            // Every place of the window must be taken, however slow this machine is.
            while running.withLock({ $0.most }) < min(size, 12) {
                try? await Task.sleep(for: .milliseconds(2))
            }
            try? await Task.sleep(for: .milliseconds(5))
            running.withLock { $0.now -= 1 }
            Self.answer(step)
            return StepEnd(status: .exited(0))
        }
        #expect(running.withLock { $0.most } == min(size, 12))
        #expect(run.rows.count == 12)
        let progress = run.events.compactMap {
            if case .progress(let progress) = $0 { progress } else { nil }
        }
        #expect(progress.allSatisfy { $0.running <= size && $0.total == 12 })
        #expect(progress.last?.done == 12)
    }

    @Test func retries() async throws {
        let run = try TestRun()
        var limits = FanOutLimits()
        limits.retries = 2
        limits.retryDelay = .milliseconds(1)
        let tries = Mutex<[String: Int]>([:])
        await run.run(TestRun.targets(["never", "third"], Self.node), limits: limits) { step in
            let attempt = tries.withLock { tries in
                tries[step.node, default: 0] += 1
                return tries[step.node] ?? 0
            }
            #expect(step.output.hasSuffix("/.\(step.node).direct-\(attempt).stream"))
            guard step.node == "third", attempt == 3 else {
                return StepEnd(status: .exited(1), messages: "srun: error: no")
            }
            Self.answer(step, attempt: 3)
            return StepEnd(status: .exited(0))
        }
        #expect(tries.withLock { $0 } == ["never": 3, "third": 3])
        let never = try #require(run.rows["never"]?.first)
        #expect((never.outcome, never.attempts) == (.launchFailed, 3))
        let third = try #require(run.rows["third"]?.first)
        #expect((third.outcome, third.attempts) == (.finished, 3))
        #expect(third.recordName == "direct-3")
        // What did not even begin leaves nothing.
        #expect(try run.records() == ["third.direct-3"])
    }

    @Test("What ended well has begun, also where a full disk here kept nothing of its answer")
    func lostAnswer() async throws {
        let run = try TestRun()
        var limits = FanOutLimits()
        limits.retries = 5
        limits.retryDelay = .milliseconds(1)
        let count = Mutex(0)
        await run.run(TestRun.targets(["n"], Self.node), limits: limits) { step in
            count.withLock { $0 += 1 }
            Self.write("", step)
            return StepEnd(status: .exited(0), messages: "srun: do not allocate resources\n")
        }
        #expect(count.withLock { $0 } == 1)
        #expect(run.rows["n"]?.first?.outcome == .garbled)
    }

    @Test(
        "What may have begun is started once",
        arguments: ["fleet-begun/1 secret\n", "fleet-begun/1 secret\npartial output"])
    func begun(_ text: String) async throws {
        let run = try TestRun()
        var limits = FanOutLimits()
        limits.retries = 5
        limits.retryDelay = .milliseconds(1)
        let count = Mutex(0)
        await run.run(TestRun.targets(["n"], Self.node), limits: limits) { step in
            count.withLock { $0 += 1 }
            Self.write(text, step)
            return StepEnd(status: .exited(1), messages: "srun: error: n: task 0: Killed")
        }
        #expect(count.withLock { $0 } == 1)
        #expect(run.rows["n"]?.map(\.outcome) == [.garbled])
    }

    @Test("A record of another run, or another attempt, is not believed")
    func foreign() async throws {
        let run = try TestRun()
        await run.run(TestRun.targets(["a", "b"], Self.node)) { step in
            Self.answer(
                step, attempt: step.node == "a" ? 1 : 2, run: step.node == "a" ? "r2" : "r1")
            return StepEnd(status: .exited(0))
        }
        #expect(run.rows["a"]?.map(\.outcome) == [.garbled])
        #expect(run.rows["a"]?.first?.reason?.hasPrefix("its record carries another run") == true)
        #expect(run.rows["b"]?.first?.reason?.hasPrefix("its record carries another job") == true)
    }

    @Test func interrupted() async throws {
        let run = try TestRun()
        var limits = FanOutLimits()
        limits.window = 2
        limits.retries = 3
        let began = Mutex<Set<String>>([])
        let control = run.control
        await run.run(TestRun.targets(["a", "b", "c", "d"], Self.node), limits: limits) { step in
            let all = began.withLock { began in
                began.insert(step.node)
                return began.count
            }
            if all == 2 { control.cancel() }
            // Ends when its task is cancelled, as srun does after a TERM.
            while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
            return StepEnd(status: .exited(143), messages: "srun: forcing job termination")
        }
        #expect(run.rows.values.allSatisfy { $0.count == 1 })
        #expect(run.rows.values.joined().map(\.outcome) == Array(repeating: .cancelled, count: 4))
        #expect(run.rows.values.joined().allSatisfy { $0.code == .interrupted })
        #expect(began.withLock { $0.count } == 2)
        let said = run.events.filter { if case .cancelling = $0 { true } else { false } }
        #expect(said.count == 1)
    }

    @Test func refusedTargets() async throws {
        let run = try TestRun()
        let refused = Target(node: Node(name: "x"), decision: .notRun(.init(.state, "down")))
        await run.run([refused] + TestRun.targets(["n"], Self.node)) { step in
            Self.answer(step)
            return StepEnd(status: .exited(0))
        }
        #expect(run.rows["x"]?.map(\.outcome) == [.notRun])
        #expect(run.rows["n"]?.map(\.outcome) == [.finished])
    }

    @Test func steps() async throws {
        let run = try TestRun()
        let seen = Mutex<[Step]>([])
        let targets =
            TestRun.targets(["a"], .init(.direct))
            + TestRun.targets(["b"], .init(.srun, partition: "p", isExclusive: true))
        await run.run(targets) { step in
            seen.withLock { $0.append(step) }
            return StepEnd(status: nil)
        }
        let steps = seen.withLock { $0 }.sorted { $0.node < $1.node }
        #expect(steps.map(\.partition) == [nil, "p"])
        #expect(steps.map(\.isExclusive) == [false, true])
        #expect(steps.map(\.jobName) == ["fleet-r1", "fleet-r1"])
        // Without an allocation nothing is waited for.
        #expect(steps.map(\.limit) == [110, 140])
        #expect(steps.allSatisfy { $0.script.hasSuffix("\n\(JobScript.end)\n") })
    }

    @Test("Files that are too large for Slurm's connection end every row, and start nothing")
    func largeFiles() async throws {
        var payload = Payload(arguments: [], timeout: 20)
        payload.files = [
            PayloadFile(
                role: .copy, name: "copy-1", source: "/x", destination: "/y", mode: 0o644,
                sha256: "", size: 40 << 20)
        ]
        let run = try TestRun(payload)
        await run.run(TestRun.targets(["a", "b"], Self.node)) { _ in
            Issue.record("started")
            return StepEnd(status: nil)
        }
        let row = try #require(run.rows["a"]?.first)
        #expect(run.rows.count == 2)
        #expect((row.outcome, row.code) == (.launchFailed, .files))
        #expect(
            row.reason
                == "its files cannot travel with it: they have 41943040 bytes, and 33554432 is the most"
        )
    }
}
