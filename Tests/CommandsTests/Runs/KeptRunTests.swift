@testable import Commands
@testable import FanOut
import Foundation
import Probes
@testable import Runs
import SlurmModel
@testable import Sweeps
@testable import Terminal
import TestSupport
import Testing
@testable import Verdicts

@Suite struct KeptRunTests {
    private static let nodes = ["ok", "warn", "failed", "unknown", "refused", "open"]

    private static func report(_ node: String, _ severity: Severity?) -> NodeReport {
        let outcome: Outcome = severity == nil ? .notRun : .finished
        return NodeReport(
            result: NodeResult(
                node: node, outcome: outcome, launcher: severity == nil ? nil : .job),
            judgement: severity.map {
                Judgement(findings: [Finding($0, code: "x", message: "m")])
            },
            node: nil)
    }

    /// A run on disk, with the rows that it has so far.
    private static func run(
        _ folder: TemporaryFolder, id: String = "20261123-140211-7f3a", rows: [NodeReport],
        head: String? = nil, nodes: [String] = nodes
    ) throws -> StoredRun {
        let run = StoredRun(
            try RunDirectory.create(base: folder.path, id: RunID(id), nonce: "0123"), kinds: .all)
        var manifest = Fixtures.manifest(
            CommandSpecification(payload: Payload(arguments: ["a b", "it's"], timeout: 60)),
            id: id)
        manifest.head = head
        try run.begin(
            manifest,
            targets: nodes.map {
                Target(node: Node(name: $0, partitions: ["p"]), decision: .dispatch(.init(.job)))
            })
        let journal = try run.journal()
        rows.forEach { journal.write(.row($0)) }
        return run
    }

    private static let rows = [
        report("unknown", .unknown), report("ok", .info), report("refused", nil),
        report("warn", .warn), report("failed", .fail),
    ]

    @Test("What is left to do: all that did not come out well, and what has no row")
    func unfinished() throws {
        let folder = try TemporaryFolder()
        let kept = try KeptRun(Self.run(folder, rows: Self.rows))
        #expect(kept.unfinished == ["failed", "unknown", "refused", "open"])
        #expect(try KeptRun(Self.run(folder, id: "r2", rows: [])).unfinished == Self.nodes)
    }

    @Test("The head node's row is nobody else's")
    func head() throws {
        let folder = try TemporaryFolder()
        var head = Self.report("open", .info)
        head.result.launcher = .local
        let kept = try KeptRun(Self.run(folder, rows: Self.rows + [head], head: "open"))
        #expect(kept.unfinished == ["failed", "unknown", "refused", "open"])
        #expect(kept.rows.first?.result.launcher == .local)
        #expect(kept.rows.first?.node == nil)
    }

    /// A killed fleet's run that began long ago, in waves.
    @Test("A run of late waves is not over while what was sent last may run")
    func late() throws {
        let folder = try TemporaryFolder()
        let run = try Self.run(folder, rows: Self.rows)
        var manifest = try run.manifest()
        manifest.started = 1_000_000
        func isOver(_ now: Int) -> Bool { RunsPruneCommand.isOver(run, manifest, now: now) }
        func write(at time: Int) throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: Double(time))],
                ofItemAtPath: run.directory.path + "/journal.jsonl")
        }
        // 30 s of waiting, 120 s for clocks, and two minutes that Slurm gives a job of 60 s.
        try write(at: 1_500_000)
        #expect(!isOver(1_500_270) && isOver(1_500_271))
        // A journal that a copy has made older than its run.
        try write(at: 900_000)
        #expect(!isOver(1_000_270) && isOver(1_000_271))
        let now = Int(Date().timeIntervalSince1970)
        try write(at: now + 1_000_000)
        #expect(!isOver(now) && isOver(now + 300_000))
        try run.finish(
            RunSummaryFile(
                ended: now, wasInterrupted: false, exitCode: 0, counts: RunSummary([])))
        #expect(isOver(1_000_001))
    }

    @Test("Rows come back in the order of the nodes, each once, with its node")
    func reports() throws {
        let folder = try TemporaryFolder()
        let again = Self.report("ok", .fail)
        let kept = try KeptRun(Self.run(folder, rows: Self.rows + [again]))
        #expect(kept.rows.map(\.result.node) == ["ok", "warn", "failed", "unknown", "refused"])
        #expect(kept.rows.first?.verdict == .ok)
        #expect(kept.rows.allSatisfy { $0.node?.partitions == ["p"] })
    }

    @Test func notThere() throws {
        let folder = try TemporaryFolder()
        let error = try #require(throws: RunStoreError.self) {
            try KeptRun(StoredRun(RunDirectory(path: folder.path + "/none"), kinds: .all))
        }
        #expect(ExitCodes.code(for: error) == ExitCodes.usage)
    }

    @Test("A run whose summary could not be written is over once every target has its row")
    func noSummary() throws {
        let folder = try TemporaryFolder()
        let rows = [Self.report("ok", .info), Self.report("failed", .fail)]
        let nodes = ["ok", "failed"]
        let whole = try Self.run(folder, rows: rows, nodes: nodes)
        #expect(RunState(whole, summary: nil) == .ended)
        #expect(try KeptRun(whole).openWords == nil)
        #expect(RunsRow(whole).cells(now: 0)[2...5] == ["ended", "2", "1", "1"])
        var ended = Self.report("failed", nil)
        ended.result.code = .interrupted
        let interrupted = try Self.run(folder, id: "r3", rows: [rows[0], ended], nodes: nodes)
        #expect(RunState(interrupted, summary: nil) == .interrupted)
        #expect(RunsRow(interrupted).cells(now: 0)[2...5] == ["interrupted", "2", "1", "1"])
        let open = try Self.run(folder, id: "r2", rows: [rows[0], rows[0]], nodes: nodes)
        #expect(RunState(open, summary: nil) == .left)
        #expect(
            try KeptRun(open).openWords
                == "fleet: the run was left by its fleet: 1 of 2 nodes have no row yet; fleet attach r2"
        )
        #expect(RunsRow(open).cells(now: 0)[2...5] == ["left", "2", "-", "-"])
        // Its end is known, and a full disk has cost a row of its journal.
        try open.finish(
            RunSummaryFile(
                ended: Fixtures.now, wasInterrupted: false, exitCode: 2,
                counts: RunSummary([rows[0]])))
        #expect(
            try KeptRun(open).openWords
                == "fleet: the run's journal is not whole: 1 of 2 nodes have no row there; --failed-from r2 selects them, too"
        )
    }

    // MARK: - The list

    @Test func list() throws {
        let folder = try TemporaryFolder()
        let left = try Self.run(folder, id: "20261123-140211-7f3a", rows: [Self.rows[0]])
        let ended = try Self.run(folder, id: "20261123-140212-0000", rows: Self.rows)
        try ended.finish(
            RunSummaryFile(
                ended: Fixtures.now + 12, wasInterrupted: false, exitCode: 1,
                counts: RunSummary(Self.rows)))
        let interrupted = try Self.run(folder, id: "20261123-140213-0000", rows: [])
        try interrupted.finish(
            RunSummaryFile(
                ended: Fixtures.now + 9, wasInterrupted: true, exitCode: 130,
                counts: RunSummary([])))
        let watched = try Self.run(folder, id: "20261123-140214-0000", rows: [])
        let lock = try RunLock.take(watched)
        let foreign = try Self.run(folder, id: "20261123-140215-0000", rows: [])
        try foreign.directory.write(Array("{\"schema\":\"x\"}".utf8), to: "run.json")
        let runs = try RunCatalog(base: folder.path, kinds: .all).runs()
        #expect(runs.first?.id == left.id)
        let list = RunsList(rows: runs.map(RunsRow.init))
        #expect(
            runs.map { RunState($0, summary: $0.summary()) } == [
                .left, .ended, .interrupted, .running, .left,
            ])
        try withExtendedLifetime(lock) {
            try Golden.check(list.lines(width: nil, now: Fixtures.now + 7_200), "runs")
            try Golden.check(list.lines(width: 80, now: Fixtures.now + 7_200), "runs-80")
            try Golden.check(JSONOutput.pretty(list.json), "runs-json")
        }
    }
}
