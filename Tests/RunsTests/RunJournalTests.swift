@testable import FanOut
import Foundation
import Probes
@testable import Runs
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

/// The journal is all that is left of a killed fleet: what it cost, and in which form it lies there.
@Suite("The run's journal") struct RunJournalTests {
    /// Rows that say as much as rows can, hostile words among them.
    private static let entries: [JournalEntry] = [
        .submitted(node: "gpu-1", SubmittedJob(job: 7, attempt: 1)),
        .started(node: "gpu-2", launcher: .direct, attempt: 2),
        .row(
            NodeReport(
                result: NodeResult(
                    node: "gpu-1", outcome: .launchFailed, launcher: .job, jobID: .max,
                    reason: "a\nb\u{1b}[31m\u{2028}\u{0}", code: .slurmd, remedy: "가 🚨 \"q\" \\ /"),
                judgement: Judgement(
                    findings: [Finding(.unknown, code: "run.launch_failed", message: "\r\n\t")]),
                node: nil)),
        .row(
            NodeReport(
                result: NodeResult(node: "gpu-2", outcome: .finished, exit: .exited(0)),
                judgement: Judgement(), node: nil)),
    ]

    private static func text(_ entries: [JournalEntry]) throws -> [UInt8] {
        let run = try TestRun()
        let journal = try StoredRun(run.directory, kinds: .all).journal()
        entries.forEach(journal.write)
        return Array(try #require(try run.directory.read("journal.jsonl")))
    }

    /// Another release of fleet must be able to read it: the words of the lines never change.
    @Test(
        "A line is one line, in words that never change",
        arguments: [
            (
                JournalEntry.submitted(node: "a", SubmittedJob(job: 7, attempt: 2)),
                [#""submitted":"#, #""node":"a""#, #""job":7"#, #""attempt":2"#]
            ),
            (
                .started(node: "a/b", launcher: .srun, attempt: 1),
                [#""started":"#, #""launcher":"srun""#, #""node":"a/b""#]
            ),
            (
                .row(
                    NodeReport(
                        result: NodeResult(
                            node: "a", refusal: .init(.stopped, "not begun", remedy: "x")),
                        judgement: nil, node: nil)),
                [#""row":"#, #""outcome":"not_run""#, #""code":"stopped""#]
            ),
        ])
    func words(_ entry: JournalEntry, _ parts: [String]) throws {
        let text = String(decoding: try Self.text([entry]), as: UTF8.self)
        #expect(text.split(separator: "\n").count == 1 && text.hasSuffix("}\n"))
        for part in parts { #expect(text.contains(part), "\(part) in \(text)") }
    }

    @Test("Hostile words make no second line, and come back as they were")
    func hostile() throws {
        let bytes = try Self.text(Self.entries)
        #expect(bytes.count { $0 == UInt8(ascii: "\n") } == Self.entries.count)
        // What would steer a terminal on which the file is shown is escaped in it.
        #expect(!bytes.contains { $0 < 0x20 && $0 != UInt8(ascii: "\n") })
        let run = try TestRun()
        try run.directory.write(bytes, to: "journal.jsonl")
        #expect(try StoredRun(run.directory, kinds: .all).entries() == Self.entries)
    }

    /// The fleet that takes over writes on behind what a killed one left, wherever that one was ended.
    @Test("Wherever it was cut, no whole line is lost and none is made up")
    func cut() throws {
        let first = Array(Self.entries.prefix(2))
        let whole = try Self.text(first)
        let ends = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        for length in 0...whole.count {
            try run.directory.write(Array(whole.prefix(length)), to: "journal.jsonl")
            try stored.journal().write(Self.entries[3])
            // A line of which only the end is missing is whole all the same.
            let kept = first.prefix(ends.count { length >= $0 })
            #expect(try stored.entries() == kept + [Self.entries[3]], "cut at \(length)")
        }
    }

    @Test("An empty journal is one without lines, and is written on")
    func empty() throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        try run.directory.write([], to: "journal.jsonl")
        #expect(try stored.entries() == [])
        try stored.journal().write(Self.entries[0])
        #expect(try stored.entries() == [Self.entries[0]])
        // A crash of the machine leaves zeroes where bytes were promised.
        try run.directory.write([UInt8](repeating: 0, count: 4_096), to: "journal.jsonl")
        #expect(try stored.entries() == [])
        try stored.journal().write(Self.entries[0])
        #expect(try stored.entries() == [Self.entries[0]])
    }

    @Test("A damaged byte costs the lines that it touches, and no other")
    func damaged() throws {
        let whole = try Self.text(Self.entries)
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        var lines = 0
        for place in stride(from: 0, to: whole.count, by: 3) {
            var bytes = whole
            let line = whole[..<place].count { $0 == UInt8(ascii: "\n") }
            bytes[place] = 0xff
            try run.directory.write(bytes, to: "journal.jsonl")
            let entries = try stored.entries()
            // Without its end a line is lost together with the next one.
            let touched = whole[place] == UInt8(ascii: "\n") ? [line, line + 1] : [line]
            let others = Self.entries.indices.filter { !touched.contains($0) }
            let kept = Self.entries.filter(entries.contains)
            #expect(others.allSatisfy { kept.contains(Self.entries[$0]) }, "at \(place)")
            #expect(entries.count <= Self.entries.count)
            lines += entries.count
        }
        #expect(lines > 0)
    }

    @Test("Followed while it grows, in steps of any size, it says each line once and in order")
    func followed() throws {
        let whole = try Self.text(Self.entries)
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        for seed in UInt64(0)..<8 {
            var random = SeededRandom(seed)
            var (length, offset) = (0, 0)
            var entries: [JournalEntry] = []
            while length < whole.count {
                length = min(whole.count, length + Int.random(in: 1...300, using: &random))
                try run.directory.write(Array(whole.prefix(length)), to: "journal.jsonl")
                let (more, next) = try stored.entries(from: offset)
                #expect(next >= offset && next <= length)
                entries += more
                offset = next
            }
            #expect(entries == Self.entries && offset == whole.count, "seed \(seed)")
        }
        // Whoever follows stays where he is when somebody has cut the file.
        try run.directory.write(Array(whole.prefix(9)), to: "journal.jsonl")
        let (none, next) = try stored.entries(from: whole.count)
        #expect(none.isEmpty && next == whole.count)
    }

    @Test("Written by many threads at once, every line is whole")
    func together() async throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        let journals = try (0..<4).map { _ in try stored.journal() }
        await withTaskGroup { group in
            for (number, journal) in journals.enumerated() {
                group.addTask {
                    for job in 0..<25 {
                        journal.write(
                            .submitted(
                                node: "n\(number)", SubmittedJob(job: UInt32(job), attempt: 1)))
                    }
                }
            }
        }
        #expect(Set(try stored.entries()).count == 100)
        #expect(journals.allSatisfy { $0.problem == nil })
    }

    @Test("What stands in its place and is no file is never read as empty")
    func noFile() throws {
        for what in ["folder", "link"] {
            let run = try TestRun()
            let path = "\(run.directory.path)/journal.jsonl"
            if what == "folder" {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: false)
            } else {
                try FileManager.default.createSymbolicLink(
                    atPath: path, withDestinationPath: "/dev/null")
            }
            let stored = StoredRun(run.directory, kinds: .all)
            let error = try #require(throws: RunStoreError.self) { try stored.entries() }
            #expect(error.kind == .file)
            #expect(error.description.hasPrefix("cannot read \(path): "), "\(error)")
            let other = try #require(throws: RunDirectoryError.self) { try stored.journal() }
            #expect(other.path == run.directory.path && !other.cause.isEmpty)
        }
    }
}
