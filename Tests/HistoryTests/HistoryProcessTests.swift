import Foundation
import GRDB
import Glibc
import History
import Subprocess
import SystemPackage
import TestSupport
import Testing
@testable import Verdicts

/// Several fleets at once, and one that is killed.
@Suite(.serialized) struct HistoryProcessTests {
    private let folder: TemporaryFolder
    private let store: SQLiteHistory
    private let cluster = HistoryFixtures.cluster

    /// The helper beside this test bundle.
    private static let program: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
        return "/" + bundle.split(separator: "/").dropLast().joined(separator: "/")
            + "/HistoryWriter"
    }()

    init() throws {
        folder = try TemporaryFolder()
        store = SQLiteHistory(path: folder.path + "/h.sqlite", keep: nil, patience: 5)
    }

    /// Runs the helper to its end; its standard output and its errors.
    private func write(
        _ name: String, _ count: Int, nodes: Int
    ) async throws -> (names: [String], errors: String) {
        let ran = try await run(
            .path(FilePath(Self.program)),
            arguments: [store.path, name, String(count), String(nodes)],
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return (
            ran.standardOutput.split(separator: "\n").map(String.init), ran.standardError
        )
    }

    /// Every run that is there is there whole; their names.
    private func check(nodes: Int) throws -> [String] {
        let runs = try store.runs(cluster: cluster, filter: HistoryFilter())
        for run in runs { #expect(run.counts.total == nodes) }
        try DatabaseQueue(path: store.path).read { db in
            #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
            #expect(try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") == nil)
            let counts = try Int.fetchAll(db, sql: "SELECT count(*) FROM verdicts GROUP BY run")
            #expect(counts == runs.map { _ in nodes })
        }
        return runs.map(\.id)
    }

    @Test(
        "Four processes that begin the file together keep every run of each",
        .timeLimit(.minutes(10)))
    func writers() async throws {
        let count = Fuzzing.rounds(50, few: 12)
        let kept = try await withThrowingTaskGroup(of: [String].self) { group in
            for name in ["a", "b", "c", "d"] {
                group.addTask {
                    let (names, errors) = try await write(name, count, nodes: 100)
                    #expect(errors == "")
                    #expect(names.count == count)
                    return names
                }
            }
            // One that looks at it all the while is neither in the way nor held up.
            for _ in 0..<20 {
                _ = try store.lastVerdicts(cluster: cluster)
                try await Task.sleep(for: .milliseconds(20))
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(try check(nodes: 100)) == Set(kept))
        #expect(kept.count == 4 * count)
        #expect(try store.lastVerdicts(cluster: cluster).count == 100)
    }

    @Test("A process that is killed loses at most the run it was writing", .timeLimit(.minutes(10)))
    func killed() async throws {
        var kept: Set<String> = []
        let rounds = Fuzzing.rounds(12, few: 4)
        let nodes = Fuzzing.rounds(1_000, few: 300)
        for round in 0..<rounds {
            let out = folder.path + "/out"
            // The shell is ended by nobody; it kills its child at another place of its work each time.
            let ran = try await run(
                .path("/bin/sh"),
                arguments: [
                    "-c",
                    """
                    : >"$4"
                    "$1" "$2" "$3" 100000 "$6" >>"$4" &
                    until [ "$(wc -l <"$4")" -ge 2 ]; do kill -0 $! || exit; sleep 0.05; done
                    sleep "$5"; kill -9 $!; wait
                    """, "sh", Self.program, store.path, "k\(round)", out, "0.0\(round * 7 % 10)",
                    "\(nodes)",
                ], output: .discarded, error: .string(limit: 1 << 16))
            #expect(ran.terminationStatus.isSuccess)
            let names = try String(contentsOfFile: out, encoding: .utf8)
            kept.formUnion(names.split(separator: "\n").map(String.init))
            let there = Set(try check(nodes: nodes))
            #expect(kept.isSubset(of: there))
            // What was committed a moment before it could be said.
            #expect(there.subtracting(kept).count <= 1)
            kept = there
        }
        #expect(kept.count >= 2 * rounds)
    }

    @Test(
        "A full file system costs the run that has no room, and no other",
        .enabled(if: geteuid() == 0, "needs a file system of its own: root"))
    func full() async throws {
        let ran = try await run(
            .path("/usr/bin/unshare"),
            arguments: [
                "-m", "/bin/sh", "-c",
                """
                mount -t tmpfs -o size=256k,mode=700 none "$2" && { "$1" "$2/h.sqlite" a 100 300; echo "exit $?"; ls "$2"
                cp "$2/h.sqlite" "$3"; }
                """, "sh", Self.program, try folder.made("full"), store.path,
            ], output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
        let lines = ran.standardOutput.split(separator: "\n").map(String.init)
        #expect(ran.standardError.contains("no space left on the device; make room there"))
        #expect(lines.suffix(2) == ["exit 1", "h.sqlite"])
        #expect(try check(nodes: 300) == lines.dropLast(2))
        #expect(lines.count > 5)
    }

    @Test(
        "Ten times the nodes are kept in some ten times the time; weeks of runs make reading no slower"
    )
    func fast() throws {
        try store.record(run: HistoryFixtures.record("first", ended: 0, nodes: Self.most))
        // Before any other run: reading all of them later takes 26 times as long.
        let early = try reading()
        let few = try writing(nodes: Self.most / 10)
        for run in 0..<20 {
            try store.record(run: HistoryFixtures.record("r\(run)", ended: run, nodes: Self.most))
        }
        let many = try writing(nodes: Self.most)
        let late = try reading()
        #expect(many / few < 60, "\(few) \(many)")
        #expect(late / early < 10, "\(early) \(late)")
        print("history: \(Self.most) nodes written in \(many), last verdicts read in \(late)")
    }

    /// The nodes of a large run.
    private static let most = Fuzzing.rounds(5_000, few: 400)

    /// What it takes to write a run: the best of five, as other tests run beside this one.
    private func writing(nodes: Int) throws -> Duration {
        try best { round in
            try store.record(
                run: HistoryFixtures.record("\(nodes)-\(round)", ended: 1_000 + round, nodes: nodes)
            )
        }
    }

    private func reading() throws -> Duration {
        try best { _ in
            let verdicts = try store.lastVerdicts(cluster: cluster)
            #expect(verdicts.count == Self.most)
        }
    }

    private func best(_ work: (Int) throws -> Void) throws -> Duration {
        let clock = ContinuousClock()
        var time = Duration.seconds(600)
        for round in 0..<5 { time = min(time, try clock.measure { try work(round) }) }
        return time
    }
}
