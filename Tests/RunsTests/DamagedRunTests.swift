@testable import FanOut
import Foundation
import GPUCheck
import Probes
@testable import Runs
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

/// Documents of a run that a full disk, a crash or a hand has damaged: told as that, and never taken for another answer.
@Suite("Damaged runs") struct DamagedRunTests {
    private static let nodes = ["gpu-1", "gpu-2"]

    /// A run that is over, with its four documents.
    private static func over(_ verdicts: [Severity] = [.info, .fail]) throws -> (TestRun, StoredRun)
    {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        try stored.begin(
            RunManifest(
                plan: run.plan, specification: GPUCheckSpecification(timeout: 9),
                command: ["fleet", "gpu-check"], user: "ann", cluster: "demo", started: 1,
                nodeCount: 2, nodes: "gpu-[1-2]", head: nil, isStrict: false, ignoresNotRun: false),
            targets: TestRun.targets(nodes, .init(.job)))
        let journal = try stored.journal()
        let rows = zip(nodes, verdicts).map { node, severity in
            NodeReport(
                result: NodeResult(
                    node: node, outcome: .finished, exit: .exited(0), launcher: .job),
                judgement: Judgement(findings: [Finding(severity, code: "c", message: "m")]),
                node: nil)
        }
        rows.forEach { journal.write(.row($0)) }
        try stored.finish(
            RunSummaryFile(
                ended: 9, wasInterrupted: false, exitCode: 1, counts: RunSummary(rows)))
        return (run, stored)
    }

    /// What is said of a document; nil where it was read.
    private static func words(_ read: () throws(RunStoreError) -> some Any) -> String? {
        do {
            _ = try read()
            return nil
        } catch {
            return error.description
        }
    }

    @Test("Cut anywhere, a manifest and a list of targets are damaged, and no smaller run")
    func cut() throws {
        let (run, stored) = try Self.over()
        for name in ["run.json", "targets.json"] {
            let whole = Array(try #require(try run.directory.read(name)))
            let expected =
                "cannot read \(run.directory.path)/\(name): it is damaged, or another release of fleet wrote it"
            // Behind the last bracket there is but the end of the line.
            for length in stride(from: 0, to: whole.count - 1, by: 3) {
                try run.directory.write(Array(whole.prefix(length)), to: name)
                let words = Self.words { () throws(RunStoreError) in
                    name == "run.json" ? "\(try stored.manifest())" : "\(try stored.targets())"
                }
                #expect(words == expected, "\(name) cut at \(length)")
            }
            try run.directory.write(whole, to: name)
        }
        #expect(try stored.targets().map(\.node.name) == Self.nodes)
    }

    @Test("A bracket that is lost in the middle of a document is never the end of it")
    func bytes() throws {
        let (run, stored) = try Self.over()
        for name in ["run.json", "targets.json"] {
            let whole = Array(try #require(try run.directory.read(name)))
            for place in whole.indices where "{}[]:,".utf8.contains(whole[place]) {
                var bytes = whole
                bytes[place] = 0
                try run.directory.write(bytes, to: name)
                #expect(throws: RunStoreError.self, "\(name) at \(place)") {
                    if name == "run.json" { _ = try stored.manifest() }
                    _ = try stored.targets()
                }
            }
            try run.directory.write(whole, to: name)
        }
    }

    @Test("A damaged summary is none: the rows say how the run ended, and so they do without one")
    func summary() throws {
        let (run, stored) = try Self.over()
        let whole = Array(try #require(try run.directory.read("summary.json")))
        for length in stride(from: 0, to: whole.count - 1, by: 5) {
            try run.directory.write(Array(whole.prefix(length)), to: "summary.json")
            #expect(stored.summary() == nil)
        }
        #expect(RunState(stored, summary: stored.summary()) == .ended)
        #expect(try KeptRun(stored).openWords == nil)
        // Whose targets cannot be read is not known to be over.
        try run.directory.write([], to: "targets.json")
        #expect(RunState(stored, summary: nil) == .left)
        // While somebody watches it, nothing of it needs to be there.
        let lock = try #require(try RunLock.take(stored))
        #expect(RunState(stored, summary: nil) == .running)
        withExtendedLifetime(lock) {}
    }

    @Test(
        "A document that is missing is told by its name, with where to look next",
        arguments: ["run.json", "targets.json"])
    func missing(_ name: String) throws {
        let (run, stored) = try Self.over()
        try FileManager.default.removeItem(atPath: "\(run.directory.path)/\(name)")
        let error = try #require(throws: RunStoreError.self) { try KeptRun(stored) }
        #expect(error.kind == .notFound)
        #expect(
            error.description
                == "cannot read run r1: it has no \(name)\n'fleet runs' lists the runs.")
    }

    @Test("A run whose journal is gone has no row: nothing of it is green")
    func noJournal() throws {
        let (run, stored) = try Self.over([.info, .info])
        #expect(try KeptRun(stored).unfinished.isEmpty)
        try FileManager.default.removeItem(atPath: "\(run.directory.path)/journal.jsonl")
        let kept = try KeptRun(stored)
        #expect(kept.rows.isEmpty)
        #expect(kept.unfinished == Self.nodes)
        #expect(
            kept.openWords
                == "fleet: the run's journal is not whole: 2 of 2 nodes have no row there; --failed-from r1 selects them, too"
        )
    }

    @Test(
        "A manifest of another release is told by the release's own word, whatever else it has",
        arguments: ["fleet.manifest/2", "fleet.manifest/", "", "x\ny"])
    func schema(_ word: String) throws {
        let (run, stored) = try Self.over()
        let text = try JSONEncoder().encode(["schema": word])
        try run.directory.write(Array(text), to: "run.json")
        let error = try #require(throws: RunStoreError.self) { try stored.manifest() }
        #expect(error.attempt == "read run r1")
        #expect(error.cause == "it was written by another release of fleet (\(word))")
    }

    @Test(
        "A number that no run has is damage, and nothing is reckoned with it",
        arguments: [
            #""started":1"#, #""nodeCount":2"#, #""wait":30"#, #""timeout":20"#, #""ended":9"#,
            #""ok":1"#, #""warn":0"#, #""unknown":0"#, #""fail":1"#, #""notRun":0"#,
        ])
    func numbers(_ field: String) throws {
        let (run, stored) = try Self.over()
        let isManifest = try stored.directory.text("run.json").contains(field)
        let name = isManifest ? "run.json" : "summary.json"
        let text = try stored.directory.text(name)
        #expect(text.contains(field))
        let key = field.prefix { $0 != ":" }
        for number in [Int.max, .min, -1, 1 << 41] {
            try run.directory.write(
                Array(text.replacing(field, with: "\(key):\(number)").utf8), to: name)
            guard isManifest else {
                #expect(stored.summary() == nil)
                continue
            }
            let error = try #require(throws: RunStoreError.self) { try stored.manifest() }
            #expect(error.attempt == "read \(run.directory.path)/run.json")
            #expect(error.cause == "it is damaged, or another release of fleet wrote it")
        }
        // The most that is taken still fits into the sums that are made of it.
        try run.directory.write(
            Array(text.replacing(field, with: "\(key):\(1 << 40)").utf8), to: name)
        let manifest = try stored.manifest()
        #expect(manifest.plan.deadline(now: manifest.started, slack: manifest.nodeCount) > 0)
        #expect(try #require(stored.summary()).counts.total > 0)
    }

    @Test(
        "A check that this fleet does not know is no other check",
        arguments: [
            (#""gpuCheck":"#, #""gpuCheck2":"#), (#""gpuCheck":"#, #""":"#),
            (#""specification":{"#, #""specification":{"run":{},"#),
        ])
    func unknownKind(_ word: String, _ other: String) throws {
        let (run, stored) = try Self.over()
        let text = String(decoding: try #require(try run.directory.read("run.json")), as: UTF8.self)
        #expect(text.contains(word))
        try run.directory.write(Array(text.replacing(word, with: other).utf8), to: "run.json")
        let error = try #require(throws: RunStoreError.self) { try stored.manifest() }
        #expect(error.cause == "it is damaged, or another release of fleet wrote it")
    }
}

extension RunDirectory {
    fileprivate func text(_ name: String) throws -> String {
        String(decoding: try #require(try read(name)), as: UTF8.self)
    }
}
