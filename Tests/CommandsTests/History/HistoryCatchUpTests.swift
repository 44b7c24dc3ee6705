import GPUCheck
@testable import Commands
@testable import FanOut
import Foundation
@testable import History
import Probes
@testable import Runs
import SlurmKit
import SlurmModel
@testable import Sweeps
@testable import Terminal
import TestSupport
import Testing
@testable import Verdicts

/// What lies in the run directories comes into the history later, and nothing ever stops a command.
@Suite struct HistoryCatchUpTests {
    private let folder: TemporaryFolder
    private let store: SQLiteHistory
    private let console = Console(environment: [:])

    init() throws {
        folder = try TemporaryFolder()
        store = SQLiteHistory(
            path: folder.path + "/history.sqlite", keep: 90 * 86_400, patience: 1)
    }

    /// 2026-11-25 14:00:00 UTC.
    private static let now = 1_795_615_200

    private func keep(_ id: String, cluster: String? = nil, isOver: Bool = true) throws {
        let run = StoredRun(
            try RunDirectory.create(base: folder.path, id: RunID(id), nonce: "0123"), kinds: .all)
        var manifest = Fixtures.manifest(GPUCheckSpecification(timeout: 60), id: id)
        manifest.cluster = cluster ?? manifest.cluster
        manifest.nodeCount = 2
        let nodes = ["gpu-1", "gpu-2"]
        try run.begin(
            manifest,
            targets: nodes.map {
                Target(node: Node(name: $0, partitions: ["p"]), decision: .dispatch(.init(.job)))
            })
        let rows = nodes.map { node in
            NodeReport(
                result: NodeResult(node: node, outcome: .finished, launcher: .job, jobID: 1),
                judgement: Judgement(
                    findings: node == "gpu-2" ? [Finding(.fail, code: "x", message: "m")] : []),
                node: nil)
        }
        let journal = try run.journal()
        rows.forEach { journal.write(.row($0)) }
        guard isOver else { return }
        try run.finish(
            RunSummaryFile(
                ended: Self.now, wasInterrupted: false, exitCode: 1, counts: RunSummary(rows)))
    }

    private func catchUp() {
        HistoryCatchUp(
            catalog: RunCatalog(base: folder.path, kinds: .all), store: store,
            cluster: Fixtures.cluster.name, console: console
        ).run(now: Self.now)
    }

    @Test("Runs that are over and of this cluster, within what is kept")
    func takesOver() throws {
        catchUp()
        #expect(!FileManager.default.fileExists(atPath: store.path))
        try keep("20261125-100000-aaaa")
        try keep("20261125-110000-bbbb", cluster: "another")
        try keep("20261125-120000-cccc", isOver: false)
        try keep("20250101-120000-dddd")
        catchUp()
        catchUp()
        let runs = try store.runs(cluster: Fixtures.cluster.name, filter: HistoryFilter())
        #expect(runs.map(\.id) == ["20261125-100000-aaaa"])
        #expect(runs.first?.counts.fail == 1 && runs.first?.counts.ok == 1)
        #expect(runs.first?.check == "gpu-check")
        let last = try store.lastVerdicts(cluster: Fixtures.cluster.name)
        #expect(last["gpu-2"]?.first?.verdict == .fail && last["gpu-2"]?.first?.message == "m")
        #expect(last["gpu-1"]?.first?.verdict == .ok)
        // The file beside the runs is no run.
        #expect(try RunCatalog(base: folder.path, kinds: .all).runs().count == 4)
    }

    @Test("A damaged history costs a warning and no verdict")
    func damaged() throws {
        try folder.write("no database, and long enough to be taken for one", to: "history.sqlite")
        let history = HistoryAccess(file: store.path, keep: 1, console: console)
        let (verdicts, warning) = history.lastVerdicts(cluster: "c")
        #expect(verdicts.isEmpty)
        #expect(
            warning
                == "fleet: no last verdicts: cannot read the history \(store.path): it is no database; "
                + "move it aside (mv '\(store.path)' '\(store.path).bad') and fleet begins a new one"
        )
        history.record(HistoryFixtures.record("r", ended: 1, nodes: 1))
        history.record([], cluster: "c")
        try keep("20261125-100000-aaaa")
        catchUp()
    }

    @Test func turnedOff() {
        let off = HistoryAccess(console: console)
        #expect(off.lastVerdicts(cluster: "c").warning == nil)
        #expect(off.store(patience: 1) == nil)
        off.record(HistoryFixtures.record("r", ended: 1, nodes: 1))
        let homeless = HistoryAccess(problem: "no home", console: console)
        #expect(homeless.lastVerdicts(cluster: "c").warning == "fleet: no last verdicts: no home")
    }
}
