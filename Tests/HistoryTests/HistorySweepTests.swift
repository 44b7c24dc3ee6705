import FanOut
@testable import History
import TestSupport
import Testing
import Verdicts

/// Runs that are made of several checks, and runs that are compared with each other.
@Suite struct HistorySweepTests {
    private let folder: TemporaryFolder
    private let store: SQLiteHistory
    private let cluster = HistoryFixtures.cluster

    init() throws {
        folder = try TemporaryFolder()
        store = SQLiteHistory(path: folder.path + "/history.sqlite", keep: nil, patience: 1)
    }

    private func sweep(
        _ id: String, ended: Int, check: String = "health", flag: String? = nil,
        _ verdict: Verdict = .ok, parts: [(String, Verdict)] = []
    ) -> HistoryRecord {
        var record = HistoryFixtures.record(
            id, ended: ended,
            [HistoryFixtures.verdict("a", verdict, run: id, ended: ended, outcome: .finished)])
        record.run.check = check
        record.run.command = ["health"] + (flag.map { [$0] } ?? [])
        record = HistoryFixtures.record(record, as: nil)
        if !parts.isEmpty {
            record.results["a"] = parts.map { name, verdict in
                let row = HistoryFixtures.verdict("a", verdict, run: id, ended: ended)
                return CheckResult(CheckScope(name), findings: row.findings.map(\.finding))
            }
        }
        return record
    }

    /// The checks of which the node's last verdict is a failure.
    private func failing() throws -> [String] {
        (try store.lastVerdicts(cluster: cluster)["a"] ?? []).filter { $0.verdict == .fail }
            .map(\.check)
    }

    @Test("What a part found stands under the part's own name, and its own command takes it back")
    func parts() throws {
        try store.record(
            run: sweep(
                "r1", ended: 100, .fail, parts: [("gpu-check", .fail), ("check-mount", .ok)]))
        #expect(try failing() == ["gpu-check"])
        let well = try store.lastVerdicts(cluster: cluster)["a"]?.first {
            $0.check == "check-mount"
        }
        #expect(
            well?.verdict == .ok && well?.message == nil, "the row's message is the other part's")
        try store.record(run: sweep("r2", ended: 200, parts: [("check-mount", .ok)]))
        #expect(try failing() == ["gpu-check"])
        try store.record(
            run: HistoryFixtures.record(
                sweep("r3", ended: 300, check: "gpu-check"), as: CheckScope("gpu-check")))
        #expect(try failing() == [])
    }

    @Test("Where a part is not for a node, nothing of it stands there any more")
    func notFor() throws {
        try store.record(run: sweep("r1", ended: 100, .fail, parts: [("check-mount", .unknown)]))
        var later = sweep("r2", ended: 200)
        later.notFor = ["check-mount": ["a"]]
        try store.record(run: later)
        #expect(try store.lastVerdicts(cluster: cluster)["a"] ?? [] == [])
    }

    @Test("Sweeps are those of exactly this name, newest last, and with a flag those that had it")
    func sweeps() throws {
        for record in [
            sweep("r1", ended: 100, flag: "--changed-only", .fail), sweep("r2", ended: 200),
            sweep("r3", ended: 300, check: "health -n a"), sweep("r4", ended: 400),
        ] { try store.record(run: record) }
        let all = try store.sweeps(check: "health", cluster: cluster, limit: 30)
        #expect(all.map(\.run.id) == ["r1", "r2", "r4"])
        #expect(all.first?.rows.map(\.verdict) == [.fail])
        #expect(
            try store.sweeps(check: "health", cluster: cluster, limit: 2).map(\.run.id) == [
                "r2", "r4",
            ])
        #expect(
            try store.sweeps(check: "health", cluster: cluster, with: "--changed-only", limit: 30)
                .map(\.run.id) == ["r1"])
        #expect(try store.sweeps(check: "health", cluster: "other", limit: 30).isEmpty)
    }
}
