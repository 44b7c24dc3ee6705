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

    /// What is known of the checks of the node.
    private func known() throws -> [String: Verdict] {
        Dictionary(
            (try store.lastVerdicts(cluster: cluster)["a"] ?? []).map { ($0.check, $0.verdict) },
            uniquingKeysWith: { first, _ in first })
    }

    @Test("What is forgotten of one check leaves what sweeps found of it, and of every other")
    func forget() throws {
        try store.record(
            run: sweep(
                "r1", ended: 100, .fail, parts: [("gpu-check", .fail), ("check-mount", .fail)]))
        try store.record(
            run: HistoryFixtures.record(
                sweep("r2", ended: 200, check: "gpu-check"), as: CheckScope("gpu-check")))
        #expect(try known() == ["gpu-check": .ok, "check-mount": .fail])
        // That run was a mistake: the sweep's word counts again.
        _ = try store.forget(HistoryOblivion(runs: ["r2"]), cluster: cluster)
        #expect(try known() == ["gpu-check": .fail, "check-mount": .fail])
        // One check alone, of whichever run; a later replay does not bring it back.
        let some = try store.forget(HistoryOblivion(check: "gpu-check"), cluster: cluster)
        #expect(some.runs == 0 && some.verdicts == 1 && some.standings == 1)
        #expect(try known() == ["check-mount": .fail])
        try store.record(
            run: sweep("r3", ended: 300, parts: [("gpu-check", .ok), ("check-mount", .ok)]))
        _ = try store.forget(HistoryOblivion(runs: ["r3"]), cluster: cluster)
        #expect(try known() == ["check-mount": .fail])
        // What is not for the node any more does not come back either.
        var later = sweep("r4", ended: 400, parts: [("gpu-check", .ok), ("check-mount nfs", .ok)])
        later.results["b"] = [CheckResult(CheckScope("check-mount"), findings: [])]
        later.notFor = ["check-mount": ["a"]]
        try store.record(run: later)
        try store.record(
            run: HistoryFixtures.record(
                sweep("r5", ended: 500, check: "check-mount", .fail), as: CheckScope("check-mount"))
        )
        _ = try store.forget(HistoryOblivion(runs: ["r5"]), cluster: cluster)
        #expect(try known() == ["gpu-check": .ok, "check-mount nfs": .ok])
    }

    @Test("Whatever was recorded and forgotten, what is known is what the runs that are left say")
    func forgetAny() throws {
        var random = SeededRandom(14)
        for round in 0..<Fuzzing.rounds(20, few: 4) {
            let folder = try TemporaryFolder()
            func open(_ name: String) -> SQLiteHistory {
                SQLiteHistory(path: "\(folder.path)/\(name)", keep: nil, patience: 1)
            }
            let (whole, rest) = (open("whole"), open("rest"))
            let verdicts: [Verdict] = [.ok, .warn, .unknown, .fail]
            let gone = Set((0..<8).filter { _ in Bool.random(using: &random) })
            for number in 0..<8 {
                let checks = ["gpu-check", "check-mount", "check a"]
                    .filter { _ in Bool.random(using: &random) }
                var record = sweep(
                    "r\(number)", ended: number * 10, .fail,
                    parts: checks.map { ($0, verdicts.randomElement(using: &random) ?? .ok) })
                if checks.count == 1, Bool.random(using: &random) { record.run.check = checks[0] }
                if checks.isEmpty { record.results = [:] }
                try whole.record(run: record)
                if !gone.contains(number) { try rest.record(run: record) }
            }
            _ = try whole.forget(
                HistoryOblivion(runs: gone.sorted().map { "r\($0)" } + ["none"]), cluster: cluster)
            let (left, right) = try (
                whole.standings(cluster: cluster), rest.standings(cluster: cluster)
            )
            #expect(
                left.sorted { $0.scope.name < $1.scope.name }
                    == right.sorted { $0.scope.name < $1.scope.name }, "round \(round)")
        }
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
