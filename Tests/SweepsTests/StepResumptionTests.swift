@testable import FanOut
import Foundation
import GPUCheck
import Probes
@testable import Runs
import SlurmModel
@testable import Sweeps
import Synchronization
import TestSupport
import Testing
@testable import Verdicts

/// What becomes of nodes whose fleet was killed while `srun` carried its payload there: nothing is sent again.
@Suite("Going on with steps") struct StepResumptionTests {
    private static let now = Int(Date().timeIntervalSince1970)

    private static func manifest(_ run: TestRun, started: Int = 1) -> RunManifest {
        RunManifest(
            plan: run.plan, specification: GPUCheckSpecification(timeout: 9), command: ["fleet"],
            user: "ann", cluster: "demo", started: started, nodeCount: 0, nodes: "", head: nil,
            isStrict: false, ignoresNotRun: false)
    }

    /// The rows that come, by node.
    private static func rows(
        _ run: TestRun, _ targets: [Target], started: [String: Int]
    ) async -> [String: [NodeResult]] {
        let rows = Mutex<[String: [NodeResult]]>([:])
        await StepResumption(
            run: StoredRun(run.directory, kinds: .all), manifest: manifest(run),
            targets: targets, started: started, lastWritten: 1
        ).rows(limits: FanOutLimits(), control: run.control) { event in
            guard case .result(let row) = event else { return }
            rows.withLock { $0[row.node, default: []].append(row) }
        }
        return rows.withLock { $0 }
    }

    /// A record as the wrapper leaves it.
    private static func keep(
        _ run: TestRun, _ node: String, _ job: String, _ text: String = "", ended: Bool = false,
        status: Int = 0, timedOut: Bool = false
    ) throws {
        let trailer =
            "fleet-record/1 run=\(run.plan.id) node=\(node) nonce=secret job=\(job) status=\(status) timed_out=\(timedOut ? 1 : 0) "
            + "ended=\(ended ? 1 : 0) setup=0 hundredths=5 stdout=\(text.utf8.count) stderr=0"
        try run.directory.keep(
            Array("\(text)\n\(trailer)\n".utf8), for: run.plan.key(node: node, job: job))
    }

    @Test("A node for which no srun was started is told to be run there, and was not run")
    func neverStarted() async throws {
        let run = try TestRun()
        let rows = await Self.rows(run, TestRun.targets(["a"], .init(.srun)), started: [:])
        let row = try #require(rows["a"]?.first)
        #expect(row.outcome == .notRun && row.code == .abandoned && row.launcher == nil)
        #expect(row.reason == "fleet ended before srun was started for it")
        #expect(row.remedy == "run it there: --failed-from r1")
    }

    @Test(
        "One that was started and says nothing may have done all of it: look before it runs again")
    func silent() async throws {
        let run = try TestRun()
        let rows = await Self.rows(run, TestRun.targets(["a"], .init(.direct)), started: ["a": 1])
        let row = try #require(rows["a"]?.first)
        #expect(row.outcome == .garbled && row.code == .abandoned)
        #expect(row.remedy == "look at the node before it is run again")
        #expect(
            row.reason == "fleet ended while srun carried it there, and no answer came back")
    }

    @Test("Told to end, it says so of what did not come back")
    func told() async throws {
        let run = try TestRun(id: "r\(UUID().uuidString)")
        run.control.cancel()
        let rows = await Self.rows(
            run, TestRun.targets(["a", "b"], .init(.srun)), started: ["a": 1])
        #expect(
            rows["a"]?.first?.reason
                == "srun was told to end and brought no answer back: the command may still run, until its own limit"
        )
        #expect(rows["b"]?.first?.outcome == .notRun)
    }

    @Test("The answer of the last attempt counts, with how it ended")
    func answers() async throws {
        let run = try TestRun()
        try Self.keep(run, "good", "srun-2", "old\n", status: 3)
        try Self.keep(run, "good", "srun-1", "older\n")
        try Self.keep(run, "late", "direct-1", timedOut: true)
        try Self.keep(run, "ended", "srun-1", ended: true)
        // An earlier attempt's answer is not that of the last one.
        try Self.keep(run, "again", "srun-1", "old\n")
        var targets = TestRun.targets(
            ["good", "ended", "again"], .init(.srun, note: "the node is full"))
        targets += TestRun.targets(["late"], .init(.direct))
        let rows = await Self.rows(
            run, targets, started: ["good": 2, "late": 1, "ended": 1, "again": 2])
        #expect(rows.values.allSatisfy { $0.count == 1 } && rows.count == 4)
        let good = try #require(rows["good"]?.first)
        #expect(good.exit == .exited(3) && good.attempts == 2 && good.launcher == .srun)
        #expect(String(decoding: good.stdout, as: UTF8.self) == "old\n")
        #expect(good.note == "the node is full" && good.recordName == "srun-2")
        let late = try #require(rows["late"]?.first)
        #expect(late.outcome == .timedOut && late.exit == nil && late.launcher == .direct)
        #expect(late.reason == "still running after 20 s (--timeout)")
        let ended = try #require(rows["ended"]?.first)
        #expect(ended.outcome == .cancelled && ended.code == .ended && ended.exit == nil)
        #expect(ended.reason == "its step was told to end while it ran")
        #expect(rows["again"]?.first?.outcome == .garbled)
    }

    @Test(
        "A record that is another run's, another node's or not whole is no answer",
        arguments: [
            ("run=r1", "run=r2"), ("node=a", "node=b"), ("nonce=secret", "nonce=guess"),
            ("job=srun-1", "job=srun-2"), ("stdout=3", "stdout=4"), ("status=0", "status=256"),
            ("setup=0", "setup=0 setup=0"), ("ended=0", "ended=-"), (" stderr=0\n", ""),
        ])
    func forged(_ part: String, _ other: String) async throws {
        let run = try TestRun()
        try Self.keep(run, "a", "srun-1", "yes")
        let path = "\(run.directory.path)/records/a.srun-1"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains(part))
        try text.replacing(part, with: other).write(
            toFile: path, atomically: true, encoding: .utf8)
        let rows = await Self.rows(run, TestRun.targets(["a"], .init(.srun)), started: ["a": 1])
        #expect(rows["a"]?.map(\.outcome) == [.garbled])
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let whole = await Self.rows(run, TestRun.targets(["a"], .init(.srun)), started: ["a": 1])
        #expect(whole["a"]?.map(\.outcome) == [.finished])
    }

    @Test("Every node has one row, whatever of it is there, and no row is green without an answer")
    func property() async throws {
        for seed in UInt64(0)..<12 {
            var random = SeededRandom(seed)
            let run = try TestRun()
            let names = (0..<12).map { "n\($0)" }
            var started: [String: Int] = [:]
            var answered: Set<String> = []
            for name in names where Int.random(in: 0...3, using: &random) > 0 {
                let attempt = Int.random(in: 1...3, using: &random)
                started[name] = attempt
                let brought = Int.random(in: 1...3, using: &random)
                try Self.keep(run, name, "srun-\(brought)", "x")
                if brought == attempt { answered.insert(name) }
            }
            let rows = await Self.rows(run, TestRun.targets(names, .init(.srun)), started: started)
            #expect(Set(rows.keys) == Set(names))
            for name in names {
                let row = try #require(rows[name]?.first)
                #expect(rows[name]?.count == 1)
                let expected: Outcome =
                    answered.contains(name)
                    ? .finished : started[name] == nil ? .notRun : .garbled
                #expect(row.outcome == expected, "seed \(seed), \(name)")
            }
        }
    }

    /// In waves the last ones begin long after the run: their limit is not over when that of its first ones is.
    @Test("What was started late is waited for, though the run is old")
    func lateWave() async throws {
        let run = try TestRun(id: "r\(UUID().uuidString)")
        // Told to end, it tells so after it has looked once: the answer comes only then.
        run.control.cancel()
        let rows = Mutex<[NodeResult]>([])
        await StepResumption(
            run: StoredRun(run.directory, kinds: .all),
            manifest: Self.manifest(run, started: Self.now - 86_400),
            targets: TestRun.targets(["a"], .init(.srun)), started: ["a": 1], lastWritten: Self.now
        ).rows(limits: FanOutLimits(), control: run.control) { event in
            switch event {
            case .cancelling: try? Self.keep(run, "a", "srun-1", "came")
            case .result(let row): rows.withLock { $0.append(row) }
            default: break
            }
        }
        #expect(rows.withLock { $0.map(\.outcome) } == [.finished])
    }
}
