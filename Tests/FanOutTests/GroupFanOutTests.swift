@testable import FanOut
import Foundation
import SlurmModel
import Synchronization
@testable import TestSupport
import Testing

/// Groups with a srun that does what the test says, and a real run directory.
@Suite(.timeLimit(.minutes(20))) struct GroupFanOutTests {
    private static let way = Target.Dispatch(.direct, note: "why")
    private static let names = (0..<8).map { "n\($0)" }

    private static var limits: FanOutLimits {
        var limits = FanOutLimits()
        limits.group = 32
        return limits
    }

    private static func trailer(_ node: String, _ job: String, size: Int) -> String {
        "\nfleet-record/1 run=r1 node=\(node) nonce=secret job=\(job) status=0 timed_out=0 "
            + "ended=0 setup=0 hundredths=5 stdout=\(size) stderr=0\n"
    }

    private static func record(_ node: String, size: Int? = nil) -> Data {
        let text = "I am \(node)\n"
        return Data((text + trailer(node, "direct-1", size: size ?? text.utf8.count)).utf8)
    }

    /// What a node's task sends through `srun --label`.
    private static func lines(_ task: Int, _ node: String, _ record: Data? = nil) -> String {
        let text = (record ?? Self.record(node)).base64EncodedString()
        return "\(task): fleet-begun/1 secret \(node)\n\(task): \(text)\n"
            + "\(task): fleet-sent/1 secret\n"
    }

    private static func add(_ text: String, to step: Step) {
        if !FileManager.default.fileExists(atPath: step.output) {
            _ = FileManager.default.createFile(atPath: step.output, contents: nil)
        }
        guard let file = FileHandle(forWritingAtPath: step.output) else { return }
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: Data(text.utf8))
        try? file.close()
    }

    /// A node that is asked alone answers at once.
    private static func alone(_ step: Step, attempt: Int = 2) -> StepEnd {
        let text = "I am \(step.node), alone\n"
        let record = text + trailer(step.node, "direct-\(attempt)", size: text.utf8.count)
        add("fleet-begun/1 secret\n\(record)", to: step)
        return StepEnd(status: .exited(0))
    }

    private final class Calls: Sendable {
        private let steps = Mutex<[Step]>([])
        func add(_ step: Step) { steps.withLock { $0.append(step) } }
        var groups: [[String]] { steps.withLock { $0.map(\.group).filter { !$0.isEmpty } } }
        var alone: [String] {
            steps.withLock { $0.filter { $0.group.isEmpty }.map(\.node).sorted() }
        }
    }

    private func run(
        limits: FanOutLimits = Self.limits,
        _ body: @escaping @Sendable (Step) async -> StepEnd
    ) async throws -> (TestRun, Calls) {
        let run = try TestRun()
        let calls = Calls()
        await run.run(TestRun.targets(Self.names, Self.way), limits: limits) { step in
            calls.add(step)
            return await body(step)
        }
        #expect(
            run.rows.mapValues(\.count)
                == Dictionary(uniqueKeysWithValues: Self.names.map { ($0, 1) }))
        let progress = run.events.compactMap {
            if case .progress(let progress) = $0 { progress } else { nil }
        }
        #expect(progress.last?.done == Self.names.count)
        #expect(progress.allSatisfy { $0.queued >= 0 && $0.running >= 0 && $0.total == 8 })
        return (run, calls)
    }

    private func row(_ run: TestRun, _ node: String) throws -> NodeResult {
        try #require(run.rows[node]?.first)
    }

    @Test("One srun brings all rows, in whatever order its tasks are numbered")
    func rows() async throws {
        let (run, calls) = try await run { step in
            for (task, node) in step.group.reversed().enumerated() {
                Self.add(Self.lines(task, node), to: step)
            }
            return StepEnd(status: .exited(0))
        }
        #expect(calls.groups == [Self.names])
        #expect(calls.alone.isEmpty)
        for name in Self.names {
            let row = try row(run, name)
            #expect((row.outcome, row.attempts, row.note) == (.finished, 1, "why"))
            #expect(row.stdout == Array("I am \(name)\n".utf8))
            let kept = try run.directory.record(for: run.plan.key(node: name, job: "direct-1"))
            #expect(kept.stdout == row.stdout)
        }
        // The group's own output has served its purpose.
        #expect(try run.records() == Self.names.map { "\($0).direct-1" })
    }

    @Test("Rows come while the srun still runs")
    func early() async throws {
        let (run, calls) = try await run { step in
            if step.group.isEmpty { return Self.alone(step) }
            for (task, node) in step.group.enumerated() {
                Self.add(Self.lines(task, node), to: step)
            }
            // Ends only when nobody waits for it any more.
            while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
            return StepEnd(status: .signalled(9))
        }
        #expect(calls.alone.isEmpty)
        #expect(run.rows.values.joined().allSatisfy { $0.outcome == .finished })
    }

    @Test("A group that is aborted: who has not answered is asked alone, and nobody else")
    func aborted() async throws {
        let (run, calls) = try await run { step in
            if step.group.isEmpty { return Self.alone(step) }
            for (task, node) in step.group.enumerated() {
                switch task {
                case 0: break
                case 1: Self.add("1: fleet-begun/1 secret \(node)\n", to: step)
                default: Self.add(Self.lines(task, node), to: step)
                }
            }
            return StepEnd(status: .exited(1), messages: "srun: error: launch failed")
        }
        #expect(calls.alone == ["n0", "n1"])
        #expect(try row(run, "n0").stdout == Array("I am n0, alone\n".utf8))
        #expect(try row(run, "n0").attempts == 2)
        #expect(try row(run, "n7").attempts == 1)
        #expect(run.rows.values.joined().allSatisfy { $0.outcome == .finished })
    }

    @Test("One that stays silent while the others are done is asked alone, before the srun ends")
    func silent() async throws {
        let (run, calls) = try await run { step in
            if step.group.isEmpty { return Self.alone(step) }
            for (task, node) in step.group.enumerated().dropFirst() {
                Self.add(Self.lines(task, node), to: step)
            }
            while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
            return StepEnd(status: .signalled(9))
        }
        #expect(calls.alone == ["n0"])
        #expect(try row(run, "n0").attempts == 2)
    }

    @Test(
        "An answer that is not whole, another's, or too large is asked for again",
        arguments: ["cut", "size", "stranger", "large", "noise"])
    func unusable(_ fault: String) async throws {
        let (run, calls) = try await run { step in
            if step.group.isEmpty { return Self.alone(step) }
            for (task, node) in step.group.enumerated() {
                guard task == 3 else {
                    Self.add(Self.lines(task, node), to: step)
                    continue
                }
                let text =
                    switch fault {
                    case "cut": Self.lines(task, node, Self.record(node).dropLast(9))
                    case "size": Self.lines(task, node, Self.record(node, size: 5))
                    case "stranger": Self.lines(task, node, Self.record("n4"))
                    case "large":
                        "3: fleet-begun/1 secret n3\n3: fleet-large/1 secret\n"
                    default: "3: fleet-begun/1 foreign n3\n3: fleet-sent/1 foreign\n"
                    }
                Self.add(text, to: step)
            }
            return StepEnd(status: .exited(0))
        }
        #expect(calls.alone == ["n3"])
        #expect(try row(run, "n3").stdout == Array("I am n3, alone\n".utf8))
        #expect(run.rows.values.joined().allSatisfy { $0.outcome == .finished })
    }

    @Test("A task that says it is another node's takes nothing from that node")
    func twice() async throws {
        let (run, calls) = try await run { step in
            if step.group.isEmpty { return Self.alone(step) }
            for (task, node) in step.group.enumerated() {
                Self.add(Self.lines(task, task == 5 ? "n4" : node), to: step)
            }
            return StepEnd(status: .exited(0))
        }
        #expect(calls.alone == ["n5"])
        #expect(run.rows.values.joined().allSatisfy { $0.outcome == .finished })
    }

    @Test(
        "A task that names another's node first takes nothing from it, and nobody else waits for it"
    )
    func first() async throws {
        let (run, calls) = try await run { step in
            if step.group.isEmpty { return Self.alone(step) }
            Self.add(Self.lines(5, "n4"), to: step)
            for (task, node) in step.group.enumerated() where task != 5 && task != 4 {
                Self.add(Self.lines(task, node), to: step)
            }
            return StepEnd(status: .exited(0))
        }
        #expect(calls.alone == ["n4", "n5"])
        #expect(try row(run, "n4").stdout == Array("I am n4, alone\n".utf8))
        #expect(run.rows.values.joined().allSatisfy { $0.outcome == .finished })
    }

    @Test("What still works at the limit is late, and is not asked again")
    func outlived() async throws {
        let (run, calls) = try await run { step in
            if step.group.isEmpty { return Self.alone(step) }
            for (task, node) in step.group.enumerated() {
                Self.add(
                    task == 0
                        ? "0: fleet-begun/1 secret n0\n" : Self.lines(task, node), to: step)
            }
            return StepEnd(status: .signalled(9), outlived: true)
        }
        #expect(calls.alone.isEmpty)
        #expect(try row(run, "n0").outcome == .timedOut)
    }

    @Test("A srun that did not start asks nobody; each is asked alone, and says why it cannot be")
    func refused() async throws {
        let (run, calls) = try await run { _ in
            StepEnd(status: nil, messages: "no srun")
        }
        #expect(calls.alone == Self.names)
        #expect(run.rows.values.joined().allSatisfy { $0.outcome == .launchFailed })
    }

    @Test func interrupted() async throws {
        let run = try TestRun()
        let control = run.control
        let calls = Calls()
        await run.run(TestRun.targets(Self.names, Self.way), limits: Self.limits) { step in
            calls.add(step)
            Self.add(Self.lines(0, "n0"), to: step)
            Self.add("1: fleet-begun/1 secret n1\n", to: step)
            while run.rows["n0"] == nil { try? await Task.sleep(for: .milliseconds(5)) }
            control.cancel()
            while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
            return StepEnd(status: .exited(143), messages: "srun: forcing job termination")
        }
        #expect(calls.alone.isEmpty)
        #expect(
            run.rows.mapValues(\.count)
                == Dictionary(uniqueKeysWithValues: Self.names.map { ($0, 1) }))
        #expect(try row(run, "n0").outcome == .finished)
        #expect(try row(run, "n1").reason == "interrupted while it ran; it did not answer in time")
        #expect(try row(run, "n2").reason == "interrupted before it started")
    }

    @Test("Output that never ends is not read for ever: each node is asked alone")
    func flood() async throws {
        let (run, calls) = try await run { step in
            if step.group.isEmpty { return Self.alone(step) }
            let noise = String(repeating: String(repeating: "x", count: 1_023) + "\n", count: 1_024)
            while !Task.isCancelled { Self.add(noise, to: step) }
            return StepEnd(status: .signalled(9))
        }
        #expect(calls.alone == Self.names)
        #expect(run.rows.values.joined().allSatisfy { $0.outcome == .finished })
    }

    @Test("Only so many groups start at once, and the next begins while the payload of one works")
    func startingGroups() async throws {
        var limits = Self.limits
        (limits.group, limits.startingGroups) = (2, 2)
        let starting = Mutex((now: 0, most: 0, all: 0))
        let (run, calls) = try await run(limits: limits) { step in
            starting.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            try? await Task.sleep(for: .milliseconds(20))
            starting.withLock { $0.now -= 1 }
            for (task, node) in step.group.enumerated() {
                Self.add("\(task): fleet-begun/1 secret \(node)\n", to: step)
            }
            // None answers before all have begun: a group at work keeps no other from starting.
            starting.withLock { $0.all += 1 }
            while starting.withLock({ $0.all < 4 }) {
                try? await Task.sleep(for: .milliseconds(5))
            }
            for (task, node) in step.group.enumerated() {
                let answer = Self.lines(task, node).split(separator: "\n").dropFirst()
                Self.add(answer.joined(separator: "\n") + "\n", to: step)
            }
            return StepEnd(status: .exited(0))
        }
        #expect(starting.withLock(\.most) == 2)
        #expect(calls.groups.count == 4 && calls.alone.isEmpty)
        #expect(run.rows.values.joined().allSatisfy { $0.outcome == .finished })
    }

    @Test("Groups of which nothing is heard keep others from starting for seconds only")
    func deadGroups() async throws {
        var limits = Self.limits
        (limits.group, limits.startingGroups) = (2, 1)
        let answered = Mutex(0)
        let (run, calls) = try await run(limits: limits) { step in
            if step.group.isEmpty { return Self.alone(step) }
            if step.group.contains("n0") {
                // As long as srun tries to reach them.
                while !Task.isCancelled, answered.withLock({ $0 < 3 }) {
                    try? await Task.sleep(for: .milliseconds(5))
                }
                return StepEnd(status: .exited(1))
            }
            for (task, node) in step.group.enumerated() {
                Self.add(Self.lines(task, node), to: step)
            }
            answered.withLock { $0 += 1 }
            return StepEnd(status: .exited(0))
        }
        #expect(calls.alone == ["n0", "n1"])
        #expect(run.rows.values.joined().allSatisfy { $0.outcome == .finished })
    }

    @Test("Groups that still wait when the run is stopped have their rows, too, and ask nobody")
    func stoppedWhileWaiting() async throws {
        let run = try TestRun()
        let control = run.control
        let calls = Calls()
        var limits = Self.limits
        (limits.group, limits.startingGroups) = (2, 1)
        await run.run(TestRun.targets(Self.names, Self.way), limits: limits) { step in
            calls.add(step)
            control.cancel()
            while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
            return StepEnd(status: .exited(143), messages: "srun: forcing job termination")
        }
        #expect(calls.groups == [["n0", "n1"]] && calls.alone.isEmpty)
        #expect(
            run.rows.mapValues(\.count)
                == Dictionary(uniqueKeysWithValues: Self.names.map { ($0, 1) }))
        #expect(run.rows.values.joined().allSatisfy { $0.outcome == .cancelled })
    }

    @Test("Without groups each node has its own srun, once")
    func noGroups() async throws {
        let (_, calls) = try await run(limits: FanOutLimits()) { Self.alone($0, attempt: 1) }
        #expect(calls.groups.isEmpty)
        #expect(calls.alone == Self.names)
    }
}
