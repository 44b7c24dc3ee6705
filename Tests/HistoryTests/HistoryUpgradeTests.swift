import FanOut
import FoundationEssentials
import GRDB
import Glibc
@testable import History
import Synchronization
import TestSupport
import Testing
import Verdicts

/// What an older fleet wrote is not lost, and a value that is none of fleet's own is told with its column.
@Suite struct HistoryUpgradeTests {
    private let folder: TemporaryFolder
    private let store: SQLiteHistory
    private let cluster = HistoryFixtures.cluster

    init() throws {
        folder = try TemporaryFolder()
        store = SQLiteHistory(path: folder.path + "/h.sqlite", keep: nil, patience: 1)
    }

    /// Does something to the file that fleet does not.
    private func sql(_ text: String) throws {
        try DatabaseQueue(path: store.path).write { try $0.execute(sql: text) }
    }

    private func keep(_ run: String, ended: Int, _ verdict: Verdict) throws {
        try store.record(
            run: HistoryFixtures.record(
                run, ended: ended,
                [HistoryFixtures.verdict("a", verdict, run: run, ended: ended)]))
    }

    // MARK: - Older files

    private static let finding =
        #"[{"severity":"fail","code":"gpu.count","message":"of r1"}]"#

    /// A file as the fleet of that step left it: node `a` failed twice.
    private func old(_ step: String) throws {
        try HistorySchema.migrator.migrate(try DatabaseQueue(path: store.path), upTo: step)
        try sql(
            """
            INSERT INTO nodes VALUES (1, 'c', 'a'), (2, 'other', 'a');
            INSERT INTO runs (key, cluster, id, check_name, command, user, started, ended,
                interrupted, ok, warn, unknown, fail, not_run)
            VALUES (1, 'c', 'r0', 'gpu-check', '["gpu-check"]', 'u', 5, 10, 0, 0, 0, 0, 1, 0),
                (2, 'c', 'r1', 'gpu-check', 'gpu-check', 'u', 15, 20, 0, 0, 0, 0, 1, 0);
            INSERT INTO verdicts (run, node, outcome, verdict, findings)
            VALUES (1, 1, 'finished', 'fail', '\(Self.finding)'),
                (2, 1, 'finished', 'fail', '\(Self.finding)');
            INSERT INTO standing (node, check_name, verdict, time, run, message, before, since,
                runs, failed_since, failures, worst, problem_runs, problem)
            VALUES (1, 'gpu-check', 'fail', 20, 'r1', 'of r1', 'fail', 10, 2, 10, 2, 'fail', 2,
                    'of r1'),
                (2, 'gpu-check', 'warn', 20, 'r1', NULL, NULL, 20, 1, NULL, 0, NULL, NULL, NULL);
            INSERT INTO actions (cluster, node, time, user, verb, state_before, outcome)
            VALUES ('c', 'a', 21, 'u', 'drain', 'IDLE', 'done');
            """)
    }

    @Test("A file of an older fleet is brought up with all that was in it", arguments: ["1", "2"])
    func upgrade(_ step: String) throws {
        try old(step)
        try keep("r2", ended: 30, .fail)
        #expect(
            try store.runs(cluster: cluster, filter: HistoryFilter()).map(\.id) == [
                "r0", "r1", "r2",
            ])
        // A command line that was no list yet is told as it is.
        #expect(
            try store.runs(cluster: cluster, filter: HistoryFilter())[1].command == ["gpu-check"])
        let rows = try store.history(node: "a", cluster: cluster, filter: HistoryFilter())
        #expect(rows.map(\.message) == ["of r1", "of r1", "of r2"])
        #expect(try store.actions(node: "a", cluster: cluster, filter: HistoryFilter()).count == 1)
        // Since when it fails goes on from what the older fleet knew.
        let change = try #require(
            try store.changes(cluster: cluster, filter: HistoryFilter()).first)
        #expect(change.kind == .failing && change.since == 10 && change.runs == 3)
        let other = try #require(try store.lastVerdicts(cluster: "other")["a"]?.first)
        #expect(other.verdict == .warn && other.user == nil && other.recent == "")
        #expect(other.since == 20, "where it was not kept, the stretch tells it")
        #expect(HistorySchema.applicationID == 0x666c_7468)
        // Once more changes nothing.
        try keep("r2", ended: 30, .ok)
        #expect(try store.lastVerdicts(cluster: cluster)["a"]?.first?.verdict == .fail)
    }

    @Test(
        "A file of an older fleet tells what is in it before anything is written",
        arguments: ["1", "2"])
    func readOld(_ step: String) throws {
        try old(step)
        #expect(try store.lastVerdicts(cluster: cluster)["a"]?.first?.verdict == .fail)
        #expect(try store.missing(of: ["r1", "r2"], cluster: cluster) == ["r2"])
        #expect(try store.actions(node: "a", cluster: cluster, filter: HistoryFilter()).count == 1)
        // A step that was begun and never ended: the file has no tables yet.
        let begun = SQLiteHistory(path: folder.path + "/begun.sqlite", keep: nil, patience: 1)
        try DatabaseQueue(path: begun.path).write {
            try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT PRIMARY KEY)")
        }
        #expect(try begun.lastVerdicts(cluster: cluster).isEmpty)
    }

    @Test(
        "An older fleet's file that may not be written is told, not taken for an empty one",
        .disabled(if: geteuid() == 0, "root may write all"), arguments: ["1", "2"])
    func readOldOfAnother(_ step: String) throws {
        try old(step)
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: store.path)
        let own = SQLiteHistory(path: folder.path + "/own.sqlite", keep: nil, patience: 1)
        let told = Mutex<[String]>([])
        let merged = MergedHistory(own, others: [store]) { error in
            told.withLock { $0.append("\(error)") }
        }
        #expect(try merged.lastVerdicts(cluster: cluster).isEmpty)
        #expect(told.withLock { $0 } == [Self.olderWords(store.path)])
        #expect(throws: HistoryError.self) { try store.standings(cluster: cluster) }
    }

    private static func olderWords(_ path: String) -> String {
        "cannot read the history \(path): an older fleet wrote it, and it may not be written to bring it up; run fleet status as root, or as the user whom it belongs to"
    }

    @Test("An older fleet's file says who brings it up")
    func olderWords() {
        let error = HistoryFailure(path: "/h", patience: 1).error(
            HistoryObstacle.older, attempt: "read")
        #expect(error.description == Self.olderWords("/h"))
    }

    @Test("A run of an older fleet can be forgotten, and the runs beside it count again")
    func forgetOld() throws {
        try old("1")
        try keep("r2", ended: 30, .ok)
        #expect(try store.lastVerdicts(cluster: cluster)["a"]?.first?.verdict == .ok)
        let gone = try store.forget(HistoryOblivion(runs: ["r2"]), cluster: cluster)
        #expect(gone.runs == 1 && gone.verdicts == 1 && gone.standings == 1)
        let last = try #require(try store.lastVerdicts(cluster: cluster)["a"]?.first)
        #expect(last.verdict == .fail && last.run == "r1" && last.since == 10)
        // All of it: nothing stands any more, and the other cluster's does.
        _ = try store.forget(HistoryOblivion(nodes: ["a"]), cluster: cluster)
        #expect(try store.lastVerdicts(cluster: cluster).isEmpty)
        #expect(try store.runs(cluster: cluster, filter: HistoryFilter()).isEmpty)
        #expect(try store.lastVerdicts(cluster: "other")["a"]?.count == 1)
    }

    // MARK: - Values that rotted

    /// A change of the file, and what is said of it by whom.
    struct Damage: Sendable, CustomTestStringConvertible {
        let sql: String
        let words: String
        let question: Question
        var testDescription: String { sql }

        enum Question: Sendable { case standings, runs, history, actions, forget, sweeps }

        init(_ sql: String, _ words: String, _ question: Question) {
            self.sql = sql
            self.words = words
            self.question = question
        }
    }

    private func ask(_ question: Damage.Question) throws(HistoryError) {
        let filter = HistoryFilter()
        switch question {
        case .standings: _ = try store.standings(cluster: cluster)
        case .runs: _ = try store.runs(cluster: cluster, filter: filter)
        case .history: _ = try store.history(node: "a", cluster: cluster, filter: filter)
        case .actions: _ = try store.actions(node: nil, cluster: cluster, filter: filter)
        case .forget: _ = try store.forget(HistoryOblivion(runs: ["r1"]), cluster: cluster)
        case .sweeps: _ = try store.sweeps(check: "gpu-check", cluster: cluster, limit: 9)
        }
    }

    /// A node that failed twice and was drained, written once: each damage is done to a copy.
    private static let filled = Result {
        let folder = try TemporaryFolder()
        let store = SQLiteHistory(path: folder.path + "/h.sqlite", keep: nil, patience: 5)
        for (run, ended) in [("r0", 10), ("r1", 20)] {
            try store.record(
                run: HistoryFixtures.record(
                    run, ended: ended,
                    [HistoryFixtures.verdict("a", .fail, run: run, ended: ended)]))
        }
        try store.record(
            actions: [
                NodeAction(
                    time: 7, user: "u", verb: .drain, node: "a", stateBefore: "IDLE", outcome: .done
                )
            ], cluster: HistoryFixtures.cluster)
        return try folder.bytes("h.sqlite")
    }

    @Test(
        "A value that fleet never wrote is told by its column, and is not taken for another",
        arguments: [
            Damage("UPDATE standing SET verdict = 'OK'", "column verdict has 'OK'", .standings),
            Damage("UPDATE standing SET before = ''", "column before has ''", .standings),
            Damage("UPDATE standing SET time = 'soon'", "column time has", .standings),
            Damage("UPDATE standing SET runs = x'00'", "column runs has", .standings),
            Damage("UPDATE standing SET worst = 'bad'", "column worst has 'bad'", .standings),
            Damage(
                "UPDATE standing SET problem_runs = NULL", "column problem_runs is empty",
                .standings
            ),
            Damage(
                "UPDATE standing SET findings = '{}'", "column findings has no such JSON",
                .standings),
            Damage(
                "UPDATE standing SET unseen = '[1]'", "column unseen has no such JSON", .standings),
            Damage("UPDATE standing SET codes = 'x'", "column codes has no such JSON", .standings),
            Damage(
                "UPDATE standing SET scope = '{\"check\":1}'", "column scope has no such JSON",
                .standings),
            Damage("UPDATE runs SET ok = 'many'", "column ok has", .runs),
            Damage("UPDATE runs SET interrupted = 'x'", "column interrupted has", .runs),
            Damage("UPDATE verdicts SET outcome = 'gone'", "column outcome has 'gone'", .history),
            Damage("UPDATE verdicts SET verdict = 'OK'", "column verdict has 'OK'", .history),
            Damage(
                "UPDATE verdicts SET findings = '[1]'", "the findings of a are no JSON", .history),
            Damage("UPDATE verdicts SET findings = '{'", "the findings of a are no JSON", .sweeps),
            Damage("UPDATE actions SET verb = 'explode'", "column verb has 'explode'", .actions),
            Damage("UPDATE actions SET outcome = ''", "column outcome has ''", .actions),
            Damage("UPDATE runs SET scopes = '7'", "column scopes has no such JSON", .forget),
            Damage("UPDATE verdicts SET parts = '[]x'", "column parts has no such JSON", .forget),
            Damage(
                "UPDATE verdicts SET parts = '[{\"s\":9}]'",
                "column parts names what the run did not look at", .forget),
            Damage(
                "UPDATE verdicts SET parts = '[{\"s\":-1}]'",
                "column parts names what the run did not look at", .forget),
        ])
    func damage(_ damage: Damage) throws {
        try folder.put(Self.filled.get(), to: "h.sqlite")
        try sql(damage.sql)
        let error = try #require(throws: HistoryError.self) { try ask(damage.question) }
        #expect(error.cause.hasPrefix("it is damaged: \(damage.words)"), "\(error)")
        #expect(error.remedy?.hasPrefix("move it aside (mv '\(store.path)'") == true)
        // It costs what it is in, and nothing is cleared away by a question.
        if damage.sql.contains("standing") {
            #expect(try store.runs(cluster: cluster, filter: HistoryFilter()).count == 2)
            // Over a standing that cannot be read nothing is written.
            #expect(throws: HistoryError.self) { try keep("r2", ended: 30, .ok) }
            #expect(try store.missing(of: ["r1", "r2"], cluster: cluster) == ["r2"])
        } else {
            #expect(try store.lastVerdicts(cluster: cluster)["a"]?.first?.verdict == .fail)
        }
        #expect(throws: HistoryError.self) { try ask(damage.question) }
    }

    @Test(
        "Each failure of SQLite says what was tried, why it failed, and what to do",
        arguments: [
            (ResultCode.SQLITE_BUSY, "another process has held it locked for 3 s"),
            (.SQLITE_LOCKED, "another process has held it locked for 3 s"),
            (.SQLITE_FULL, "no space left on the device; make room there"),
            (
                .SQLITE_READONLY,
                "it may not be written; chown or chmod it, or set history.file (FLEET_HISTORY_FILE) to another place"
            ),
            (
                .SQLITE_CANTOPEN,
                "it cannot be opened; look at its folder's mode, or set history.file (FLEET_HISTORY_FILE) to another place"
            ),
            (
                .SQLITE_IOERR_LOCK,
                "its file system has no locks (Lustre: mount it with flock); set history.file (FLEET_HISTORY_FILE) to another place"
            ),
            (
                .SQLITE_CORRUPT,
                "it is damaged; move it aside (mv '/it'\\''s' '/it'\\''s.bad') and fleet begins a new one"
            ),
        ])
    func failures(_ code: ResultCode, _ words: String) {
        let error = HistoryFailure(path: "/it's", patience: 2.2).error(
            DatabaseError(resultCode: code, message: "SQLite's own"), attempt: "write")
        #expect(error.description == "cannot write the history /it's: \(words)")
        // What is about no lock is told in SQLite's words.
        let read = HistoryFailure(path: "/h", patience: 1).error(
            DatabaseError(resultCode: .SQLITE_IOERR_READ, message: "SQLite's own"), attempt: "read")
        #expect(read.description.hasPrefix("cannot read the history /h: SQLite's own; "))
    }

    // MARK: - What is asked for

    @Test("A filter means the same to the file as to fleet, whatever checks are called")
    func filters() throws {
        let names = [
            "check", "check a", "check  a", "check-a", "check%", "check_", "check% a", "Check",
            "che", "check a b", "gpu-check", "", "한 글", "check'--",
        ]
        for (place, name) in names.enumerated() {
            var record = HistoryFixtures.record(
                "r\(place)", ended: place,
                [HistoryFixtures.verdict("a", .fail, run: "r\(place)", ended: place)])
            record.run.check = name
            try store.record(run: HistoryFixtures.record(record, as: nil))
        }
        for asked in names + ["check a ", "%", "_", "check ", "한"] {
            let filter = HistoryFilter(check: asked)
            let meant = names.filter(filter.takes)
            #expect(try store.runs(cluster: cluster, filter: filter).map(\.check) == meant)
            #expect(
                try store.history(node: "a", cluster: cluster, filter: filter).map(\.check) == meant
            )
        }
        for since in [-1, 0, 5, names.count - 1, names.count, .max] {
            let runs = try store.runs(cluster: cluster, filter: HistoryFilter(since: since))
            #expect(runs.count == names.indices.count { $0 >= since })
        }
    }

    @Test("What is pruned is what ended before the time; what ended at it stays, in every list")
    func pruned() throws {
        for number in 1...6 {
            try keep("r\(number)", ended: number * 10, number < 4 ? .fail : .ok)
            try store.record(
                actions: [
                    NodeAction(
                        time: number * 10, user: "u", verb: .resume, node: "a",
                        stateBefore: "DOWN", outcome: .failed)
                ], cluster: cluster)
        }
        for (before, left) in [(10, 6), (11, 5), (40, 3), (40, 3), (60, 1), (61, 0)] {
            let there = try store.runs(cluster: cluster, filter: HistoryFilter()).count
            #expect(try store.prune(before: before) == there - left)
            let filter = HistoryFilter()
            #expect(try store.runs(cluster: cluster, filter: filter).count == left)
            #expect(try store.history(node: "a", cluster: cluster, filter: filter).count == left)
            #expect(try store.actions(node: nil, cluster: cluster, filter: filter).count == left)
            #expect(try store.lastVerdicts(cluster: cluster).isEmpty == (left == 0))
        }
    }
}
