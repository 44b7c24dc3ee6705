import FoundationEssentials
import History
import TestSupport
import Testing
import Verdicts

/// Who may read a history, and whose is believed.
@Suite struct HistoryFileTests {
    private static func record() -> HistoryRecord {
        HistoryFixtures.record(
            "r", ended: 1, [HistoryFixtures.verdict("a", .fail, run: "r", ended: 1)])
    }

    @Test("The site's history is for everybody to read; a user's own is not")
    func modes() throws {
        let folder = try TemporaryFolder()
        let site = SQLiteHistory(
            path: folder.path + "/new/deep/h.sqlite", keep: nil, patience: 1, isShared: true)
        try site.record(run: Self.record())
        #expect(try folder.mode("new/deep/h.sqlite") == 0o644)
        #expect(try folder.mode("new/deep") == 0o755)
        let own = SQLiteHistory(path: folder.path + "/own.sqlite", keep: nil, patience: 1)
        try own.record(run: Self.record())
        #expect(try folder.mode("own.sqlite") == 0o600)
    }

    @Test("A site's history that others can write is believed by nobody")
    func distrusted() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/h.sqlite"
        let site = SQLiteHistory(path: path, keep: nil, patience: 1, isShared: true)
        try site.record(run: Self.record())
        #expect(try site.lastVerdicts(cluster: HistoryFixtures.cluster)["a"] != nil)
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        let error = #expect(throws: HistoryError.self) {
            try site.lastVerdicts(cluster: HistoryFixtures.cluster)
        }
        #expect(error?.cause.contains("write") == true, "\(String(describing: error))")
        // What cannot be believed costs a word, and the user's own is there all the same.
        let own = SQLiteHistory(path: folder.path + "/own.sqlite", keep: nil, patience: 1)
        try own.record(run: Self.record())
        let all = MergedHistory(own, others: [site], warn: { _ in })
        #expect(try all.lastVerdicts(cluster: HistoryFixtures.cluster)["a"]?.count == 1)
    }

    @Test("Two histories are one: runs once, the newest word, and by whom")
    func merged() throws {
        let folder = try TemporaryFolder()
        let cluster = HistoryFixtures.cluster
        let stores = ["own", "site"].map {
            SQLiteHistory(path: folder.path + "/\($0).sqlite", keep: nil, patience: 1)
        }
        func keep(_ store: SQLiteHistory, _ run: String, _ ended: Int, _ verdict: Verdict) throws {
            try store.record(
                run: HistoryFixtures.record(
                    run, ended: ended,
                    [HistoryFixtures.verdict("a", verdict, run: run, ended: ended)]))
        }
        try keep(stores[1], "r1", 100, .fail)
        try keep(stores[0], "r2", 200, .ok)
        // The same run in both, as after a change of the settings.
        try keep(stores[0], "r3", 300, .fail)
        try keep(stores[1], "r3", 300, .fail)
        let all = MergedHistory(stores[0], others: [stores[1]], warn: { _ in })
        #expect(
            try all.runs(cluster: cluster, filter: HistoryFilter()).map(\.id) == ["r1", "r2", "r3"])
        let rows = try all.history(node: "a", cluster: cluster, filter: HistoryFilter(limit: 2))
        #expect(rows.map(\.run) == ["r2", "r3"] && rows.allSatisfy { $0.user == "u" })
        let last = try all.lastVerdicts(cluster: cluster)["a"] ?? []
        #expect(last.map(\.run) == ["r3"] && last.first?.verdict == .fail)
        // Two clusters in one file never mix.
        #expect(try all.lastVerdicts(cluster: "other").isEmpty)
    }

    @Test(
        "Many that begin a new history at once all write into it, whoever makes which of its tables"
    )
    func begunAtOnce() async throws {
        let folder = try TemporaryFolder()
        for round in 0..<Fuzzing.rounds(20, few: 5) {
            let path = "\(folder.path)/new\(round).sqlite"
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<6 {
                    group.addTask {
                        let store = SQLiteHistory(path: path, keep: nil, patience: 30)
                        try store.record(
                            run: HistoryFixtures.record("r\(writer)", ended: writer, nodes: 2))
                    }
                }
                try await group.waitForAll()
            }
            let runs = try SQLiteHistory(path: path, keep: nil, patience: 30).runs(
                cluster: HistoryFixtures.cluster, filter: HistoryFilter())
            #expect(runs.count == 6)
        }
    }
}
