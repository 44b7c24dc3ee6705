import Foundation
import GRDB
import Glibc
import History
import Subprocess
import TestSupport
import Testing
@testable import Verdicts

/// Whatever is wrong with the file is told with what to do, and costs nothing that was in it.
@Suite struct HistoryFaultTests {
    private let folder: TemporaryFolder
    private let store: SQLiteHistory
    private let cluster = HistoryFixtures.cluster

    init() throws {
        folder = try TemporaryFolder()
        store = SQLiteHistory(path: folder.path + "/h.sqlite", keep: nil, patience: 0.2)
    }

    /// A history of five runs, written once: most tests here spoil a copy of it.
    private static let filled = Result {
        let folder = try TemporaryFolder()
        let store = SQLiteHistory(path: folder.path + "/h.sqlite", keep: nil, patience: 5)
        for run in 0..<5 {
            try store.record(
                run: HistoryFixtures.record("r\(run)", ended: 100 + run, nodes: 400))
        }
        return try folder.bytes("h.sqlite")
    }

    private func fill() throws { try folder.put(Self.filled.get(), to: "h.sqlite") }

    private func write() throws {
        try store.record(run: HistoryFixtures.record("new", ended: 1_000, nodes: 400))
    }

    /// Reads what a command reads, and everything else.
    private func read() throws {
        _ = try store.lastVerdicts(cluster: cluster)
        _ = try store.changes(cluster: cluster, filter: HistoryFilter())
        for run in try store.runs(cluster: cluster, filter: HistoryFilter()) {
            #expect(run.counts.total == 400)
        }
        for node in stride(from: 9, to: 400, by: 30) {
            _ = try store.history(
                node: "gpu-\(node)", cluster: cluster, filter: HistoryFilter())
        }
    }

    @Test("A file that is no database is left as it is", arguments: ["text", "zeros", "header"])
    func noDatabase(_ kind: String) throws {
        let bytes =
            switch kind {
            case "text":
                Data("not a database, and longer than a header of 100 bytes".utf8) + Data(count: 80)
            case "zeros": Data(count: 8_192)
            default: Data("SQLite format 3\u{0}".utf8) + Data(repeating: 0xff, count: 4_080)
            }
        try folder.put(bytes, to: "h.sqlite")
        for body in [write, read] {
            let error = try #require(throws: HistoryError.self) { try body() }
            #expect(error.attempt.hasSuffix("the history \(store.path)"))
            #expect(error.remedy?.contains("move it aside") == true, "\(error)")
        }
        #expect(try folder.bytes("h.sqlite") == bytes)
        #expect(try folder.contents("") == ["h.sqlite"])
    }

    @Test("A file that was cut off is left as it is", arguments: [2, 50, 99, 100, 4_096, 20_000])
    func cutOff(_ count: Int) throws {
        try fill()
        let whole = try folder.bytes("h.sqlite")
        try #require(whole.count > 40_000)
        let part = whole.prefix(count)
        try folder.put(part, to: "h.sqlite")
        for body in [write, read] {
            let error = try #require(throws: HistoryError.self) { try body() }
            #expect(error.remedy?.contains("move it aside") == true, "\(error)")
        }
        #expect(try folder.bytes("h.sqlite") == part)
    }

    @Test("Bytes that rotted are told or passed over, never trusted to be of the right type")
    func rotten() throws {
        try fill()
        let whole = try folder.bytes("h.sqlite")
        var random = SeededRandom(7)
        var told = 0
        for _ in 0..<Fuzzing.rounds(60, few: 15) {
            var bytes = whole
            for _ in 0..<40 {
                bytes[Int.random(in: 100..<bytes.count, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            try folder.put(bytes, to: "h.sqlite")
            for body in [{ _ = try store.lastVerdicts(cluster: cluster) }, read, write] {
                do {
                    try body()
                } catch is HistoryError {
                    told += 1
                }
            }
            try? FileManager.default.removeItem(atPath: store.path + "-journal")
        }
        #expect(told > 0)
    }

    @Test(
        "A column whose name rotted is told, and ends no process",
        arguments: [
            "ok", "interrupted", "not_run", "ended", "started", "user", "command", "check_name",
            "verdict", "findings", "outcome", "recent", "since", "failed_since", "failures",
            "message",
        ])
    func rottenColumn(_ name: String) throws {
        try fill()
        // The file keeps the text that made the table.
        let whole = try folder.bytes("h.sqlite")
        var bytes = whole
        for type in ["TEXT", "INTEGER"] {
            let words = Data(" \(name) \(type)".utf8)
            var rest = bytes.startIndex..<bytes.endIndex
            while let found = bytes.range(of: words, in: rest) {
                bytes[found.lowerBound + name.utf8.count] = UInt8(ascii: "Q")
                rest = found.upperBound..<bytes.endIndex
            }
        }
        try #require(bytes != whole, "no table has a column \(name)")
        try folder.put(bytes, to: "h.sqlite")
        var told = 0
        for body in [
            { _ = try store.lastVerdicts(cluster: cluster) },
            { _ = try store.runs(cluster: cluster, filter: HistoryFilter()) }, read, write,
        ] {
            do {
                try body()
            } catch is HistoryError {
                told += 1
            }
        }
        #expect(told > 0)
    }

    @Test func aFolder() throws {
        try folder.write("x", to: "h.sqlite/file")
        for body in [write, read] {
            let error = try #require(throws: HistoryError.self) { try body() }
            #expect(error.cause == "something that is no file is there")
        }
        #expect(try folder.contents("h.sqlite") == ["file"])
    }

    @Test("A FIFO must not be waited for")
    func fifo() async throws {
        let made = try await run(
            .name("mkfifo"), arguments: [store.path], output: .discarded)
        try #require(made.terminationStatus.isSuccess)
        for body in [write, read] {
            let error = try #require(throws: HistoryError.self) { try body() }
            #expect(error.cause == "something that is no file is there")
        }
    }

    @Test func aFileInPlaceOfTheFolder() throws {
        let below = SQLiteHistory(path: store.path + "/below.sqlite", keep: nil, patience: 0.2)
        try folder.write("x", to: "h.sqlite")
        let error = try #require(throws: HistoryError.self) {
            try below.record(run: HistoryFixtures.record("r", ended: 1, nodes: 1))
        }
        #expect(error.remedy?.contains("FLEET_HISTORY_FILE") == true)
        #expect(try folder.bytes("h.sqlite") == Data("x".utf8))
    }

    @Test("A newer fleet's file is neither read nor written")
    func newer() throws {
        try fill()
        try sql("INSERT INTO grdb_migrations VALUES ('99')")
        let bytes = try folder.bytes("h.sqlite")
        for body in [write, read] {
            let error = try #require(throws: HistoryError.self) { try body() }
            #expect(error.cause == "a newer fleet wrote it")
        }
        #expect(try folder.bytes("h.sqlite") == bytes)
    }

    @Test("Another program's database is neither read nor written")
    func foreign() throws {
        try sql("CREATE TABLE runs (key); INSERT INTO runs VALUES ('theirs')")
        let bytes = try folder.bytes("h.sqlite")
        for body in [write, read] {
            let error = try #require(throws: HistoryError.self) { try body() }
            #expect(error.cause == "it is another program's database")
        }
        #expect(try folder.bytes("h.sqlite") == bytes)
    }

    @Test(
        "A file that is held is waited for, and then told; who only reads beside readers waits for nobody"
    )
    func locked() throws {
        try fill()
        let queue = try DatabaseQueue(path: store.path)
        try queue.inDatabase { db in
            try db.execute(sql: "BEGIN EXCLUSIVE")
            let clock = ContinuousClock()
            for body in [write, read] {
                let begun = clock.now
                let error = try #require(throws: HistoryError.self) { try body() }
                #expect(error.cause == "another process has held it locked for 1 s")
                #expect(clock.now - begun >= .milliseconds(150))
            }
            try db.execute(sql: "ROLLBACK")
            try db.execute(sql: "BEGIN; SELECT * FROM runs")
            try read()
            try db.execute(sql: "COMMIT")
        }
        try write()
        try read()
    }

    @Test(
        "What may not be written can be read", .disabled(if: geteuid() == 0, "root may write all"))
    func readOnly() throws {
        try fill()
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: store.path)
        try read()
        let error = try #require(throws: HistoryError.self) { try write() }
        #expect(error.cause == "it may not be written")
    }

    @Test(
        "What another user could replace, root neither reads nor writes",
        .enabled(if: geteuid() == 0, "needs root"))
    func anothers() throws {
        try fill()
        try FileManager.default.setAttributes(
            [.ownerAccountID: 12_345], ofItemAtPath: folder.path)
        _ = try #require(throws: HistoryError.self) { try read() }
        let error = try #require(throws: HistoryError.self) { try write() }
        #expect(
            error.cause
                == "\(folder.path) belongs to user 12345, who could replace what root keeps in it")
    }

    @Test(
        "A journal that another user puts beside it is neither written into it nor followed",
        .enabled(if: OtherUser.isThere, OtherUser.whyNot))
    func plantedJournal() async throws {
        try fill()
        let victim = try folder.secret("victim")
        let forged = SQLiteHistory(path: folder.path + "/forged.sqlite", keep: nil, patience: 1)
        try forged.record(run: HistoryFixtures.record("forged", ended: 100, nodes: 400))
        try folder.put(
            Self.journal(of: folder.bytes("forged.sqlite"), removing: victim), to: "journal")
        let bytes = try folder.bytes("h.sqlite")
        // A folder as /tmp: each may make files in it, and change only what is his own.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o1777], ofItemAtPath: folder.path)
        try await OtherUser.sh("cat journal >h.sqlite-journal", in: folder.path)
        for body in [read, write] {
            let error = try #require(throws: HistoryError.self) { try body() }
            #expect(error.cause.hasPrefix("anybody may make files in \(folder.path)"), "\(error)")
        }
        // Nor by a link from a folder of root's own.
        let links = try TemporaryFolder()
        let link = SQLiteHistory(path: links.path + "/h.sqlite", keep: nil, patience: 1)
        try FileManager.default.createSymbolicLink(
            atPath: link.path, withDestinationPath: store.path)
        #expect(throws: HistoryError.self) { try link.lastVerdicts(cluster: cluster) }
        #expect(try folder.bytes("h.sqlite") == bytes)
        #expect(try TemporaryFolder.isUntouched(victim))
    }

    /// A rollback journal that turns any database into this one, and has SQLite remove a file.
    private static func journal(of database: Data, removing victim: String) -> Data {
        func word(_ value: Int) -> Data {
            Data((0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) })
        }
        let magic = Data([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7])
        let pageSize = 4_096
        let count = database.count / pageSize
        var journal = magic
        for value in [count, 0, count, 512, pageSize] { journal += word(value) }
        journal += Data(count: 512 - journal.count)
        for page in 0..<count {
            let bytes = Data(database[(page * pageSize)..<((page + 1) * pageSize)])
            let sum = stride(from: pageSize - 200, to: 0, by: -200).reduce(0) {
                $0 + Int(bytes[$1])
            }
            journal += word(page + 1) + bytes + word(sum)
        }
        let name = Data(victim.utf8)
        journal += word((1 << 30) / pageSize + 1) + name + word(name.count)
        return journal + word(name.reduce(0) { $0 + Int($1) }) + magic
    }

    @Test("A failure in the middle of a run leaves nothing of it")
    func half() throws {
        try fill()
        try sql(
            """
            CREATE TRIGGER full BEFORE INSERT ON verdicts WHEN new.node > 300
            BEGIN SELECT RAISE(ABORT, 'no more'); END
            """)
        #expect(throws: HistoryError.self) { try write() }
        #expect(try store.missing(of: ["new", "r4"], cluster: cluster) == ["new"])
        #expect(try store.lastVerdicts(cluster: cluster)["gpu-1"]?.first?.run == "r4")
    }

    /// Does something to the file that fleet does not.
    private func sql(_ text: String) throws {
        try DatabaseQueue(path: store.path).write { try $0.execute(sql: text) }
    }
}
