@testable import Commands
@testable import FanOut
@testable import History
@testable import Terminal
import TestSupport
import Testing
@testable import Verdicts

/// The forms of `fleet history`, from a store that was filled as runs fill it.
@Suite(.serialized) struct HistoryViewTests {
    private static let start = 1_795_600_000
    private static let now = start + 90_000

    private static func runID(_ index: Int) -> String { "20261125-0946\(40 + index)-00a\(index)" }

    private static func rows(
        _ run: Int, _ rows: [(String, Verdict?, String?)]
    ) -> [HistoryVerdict] {
        rows.map { node, verdict, message in
            HistoryFixtures.verdict(
                node, verdict, run: runID(run), ended: start + run * 20_000,
                outcome: verdict == nil ? .notRun : .finished, message: message)
        }
    }

    private static func record(
        _ run: Int, _ check: String, _ rows: [(String, Verdict?, String?)]
    ) -> HistoryRecord {
        var record = HistoryFixtures.record(
            runID(run), ended: start + run * 20_000, Self.rows(run, rows))
        record.run.check = check
        record.run.command = check.split(separator: " ").map(String.init) + ["-n", "gpu-[1-9]"]
        for index in record.verdicts.indices { record.verdicts[index].check = check }
        return HistoryFixtures.record(record, as: check == "run" ? nil : CheckScope(check))
    }

    /// A store with five runs and two actions.
    private static func filled(_ folder: TemporaryFolder) throws -> HistoryQuestion {
        let store = SQLiteHistory(path: folder.path + "/h.sqlite", keep: nil, patience: 1)
        let lost = "GPU 3 (0000:a1:00.0): Xid 79: the GPU has fallen off the bus"
        try store.record(
            run: record(
                0, "gpu-check",
                (1...9).map { ("gpu-\($0)", $0 == 9 ? .fail : .ok, $0 == 9 ? lost : nil) }))
        var twoFindings = record(
            1, "gpu-check", [("gpu-1", .fail, lost), ("gpu-2", .ok, nil), ("gpu-9", .ok, nil)])
        twoFindings.verdicts[0].findings += (0..<4).map {
            HistoryFinding(
                Finding(.warn, code: "gpu.x", subject: "GPU \($0)", message: "한글 \u{1b}[31m🚀"))
        }
        try store.record(run: twoFindings)
        var interrupted = record(
            2, "check-mount /lustre",
            [2, 3, 4, 5].map { ("gpu-\($0)", .fail, "/lustre does not answer (10 s)") }
                + [("gpu-6", .unknown, "its answer is cut off"), ("gpu-7", nil, nil)])
        interrupted.run.wasInterrupted = true
        interrupted.verdicts[5].reason = "drained by root: bad, \"quoted\""
        try store.record(run: interrupted)
        try store.record(
            run: record(3, "check environment", [("gpu-1", .warn, "clock_offset_ms is 1,200")]))
        try store.record(run: record(4, "run", [("gpu-1", .ok, nil)]))
        try store.record(
            actions: [
                NodeAction(
                    time: start + 20_500, user: "alice", verb: .drain, node: "gpu-1",
                    reason: "fleet: GPU 3 Xid 79 [alice]", stateBefore: "IDLE", run: runID(1),
                    outcome: .done),
                NodeAction(
                    time: start + 41_000, user: "root", verb: .resume, node: "gpu-1",
                    stateBefore: "IDLE+DRAIN", reasonBefore: "hands off", outcome: .skipped,
                    detail: "not drained by fleet"),
            ], cluster: HistoryFixtures.cluster)
        return HistoryQuestion(
            store: store, cluster: HistoryFixtures.cluster, names: nil, filter: HistoryFilter(),
            limit: nil)
    }

    private static func document(_ listing: any HistoryListing) throws -> String {
        try JSONOutput.pretty(JSONValue.object(listing.document))
    }

    private static func csv(_ listing: any HistoryListing) -> [String] {
        ([listing.heading] + listing.records).map { record in
            String(
                decoding: CSVText.record(record.map { Array($0.utf8) }).dropLast(2),
                as: UTF8.self)
        }
    }

    private static func about(_ question: HistoryQuestion, _ nodes: [String]) -> HistoryQuestion {
        HistoryQuestion(
            store: question.store, cluster: question.cluster, names: nodes,
            filter: question.filter, limit: question.limit)
    }

    @Test func runs() throws {
        let folder = try TemporaryFolder()
        let runs = try Self.filled(folder).runs()
        try Golden.check(runs.lines(width: 80, now: Self.now), "history-80")
        try Golden.check(Self.document(runs), "history-json")
        try Golden.check(Self.csv(runs), "history-csv")
        #expect(runs.words(file: "f").isEmpty)
        #expect(runs.elements.count == runs.records.count)
    }

    @Test func nodes() throws {
        let folder = try TemporaryFolder()
        let question = try Self.filled(folder)
        let one = try Self.about(question, ["gpu-1"]).nodes()
        try Golden.check(one.lines(width: nil, now: Self.now), "history-node")
        try Golden.check(one.lines(width: 80, now: Self.now), "history-node-80")
        try Golden.check(Self.document(one), "history-node-json")
        try Golden.check(Self.csv(one), "history-node-csv")
        let two = try Self.about(question, ["gpu-2", "gpu-7"]).nodes()
        try Golden.check(two.lines(width: 80, now: Self.now), "history-nodes-80")
        let none = try Self.about(question, ["gpu-0"]).nodes()
        #expect(none.words(file: "f") == ["fleet: nothing of gpu-0 is in the history f"])
    }

    @Test func changes() throws {
        let folder = try TemporaryFolder()
        let question = try Self.filled(folder)
        let changes = try question.changes()
        try Golden.check(changes.lines(width: nil, now: Self.now), "history-changes")
        try Golden.check(changes.lines(width: 80, now: Self.now), "history-changes-80")
        try Golden.check(Self.document(changes), "history-changes-json")
        try Golden.check(Self.csv(changes), "history-changes-csv")
        #expect(
            changes.words(file: "f") == [
                "5 new, 0 failing, 1 unknown, 1 fixed, of 9 nodes with a verdict"
            ])
        let of3 = try Self.about(question, ["gpu-3"]).changes()
        #expect(of3.changes.map(\.node) == ["gpu-3"])
        #expect(of3.words(file: "f").first?.hasSuffix("of 1 node with a verdict") == true)
        // A second check that fails makes of a node no second one.
        try question.store.record(run: Self.record(5, "check clock", [("gpu-3", .fail, "late")]))
        let again = try Self.about(question, ["gpu-3"]).changes()
        #expect(again.changes.map(\.check) == ["check clock", "check-mount /lustre"])
        #expect(
            again.words(file: "f") == [
                "1 new, 0 failing, 0 unknown, 0 fixed, of 1 node with a verdict"
            ])
    }

    @Test("What is left out is said, and an empty history is no clean one")
    func words() throws {
        let folder = try TemporaryFolder()
        let all = try Self.filled(folder)
        func limited(_ limit: Int) -> HistoryQuestion {
            HistoryQuestion(
                store: all.store, cluster: all.cluster, names: ["gpu-1"], filter: all.filter,
                limit: limit)
        }
        #expect(try limited(2).runs().runs.map(\.id) == [Self.runID(3), Self.runID(4)])
        #expect(
            try limited(2).runs().words(file: "f") == [
                "fleet: the newest 2; --limit 0 shows all"
            ])
        #expect(try limited(5).runs().words(file: "f").isEmpty)
        #expect(try limited(3).nodes().events.map(\.row.kind) == ["action", "verdict", "verdict"])
        #expect(try limited(3).nodes().hasMore)
        let empty = try TemporaryFolder()
        let nothing = HistoryQuestion(
            store: SQLiteHistory(path: empty.path + "/h", keep: nil, patience: 1), cluster: "c",
            names: nil, filter: HistoryFilter(), limit: nil)
        #expect(try nothing.changes().lines(width: 80, now: 0).isEmpty)
        #expect(
            try nothing.changes().words(file: "f") == ["fleet: no verdict is in the history f"])
        #expect(
            try nothing.runs().words(file: "f") == ["fleet: no such run is in the history f"])
    }
}
