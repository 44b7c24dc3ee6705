@testable import GPUCheck
@testable import LustreCheck
import Probes
@testable import FanOut
import Foundation
@testable import Runs
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

/// What one fleet keeps, and another reads.
@Suite struct StoredRunTests {
    private static let finished = NodeReport(
        result: NodeResult(
            node: "a", outcome: .finished, exit: .exited(3), duration: 1.25, launcher: .job,
            jobID: 7, stdout: [65], stderr: [66]),
        judgement: Judgement(
            findings: [Finding(.fail, code: "run.exit", message: "exit code 3", remedy: "x")],
            facts: ["n": .list([.int(1), .double(1.5), .null])]),
        node: Node(name: "a", partitions: ["p"]))

    private static let refused = NodeReport(
        result: NodeResult(node: "b", refusal: .init(.state, "down \u{1b}\n'q'", remedy: "fix")),
        judgement: nil, node: nil)

    private static let targets = [
        Target(
            node: Node(
                name: "a", partitions: ["p"], state: NodeState(base: .mixed, flags: [.drain]),
                reason: NodeReason(text: "장애", user: "u", time: 5)),
            decision: .dispatch(
                .init(.job, partition: "p", isExclusive: true, note: "woken"))),
        Target(node: Node(name: "b"), decision: .notRun(.init(.state, "down", remedy: "fix"))),
    ]

    static func manifest(_ run: TestRun, _ specification: any ProbeSpecification) -> RunManifest {
        RunManifest(
            plan: run.plan, specification: specification, command: ["fleet", "run", "--", "x y"],
            user: "ann", cluster: "demo", started: 1_795_442_531, nodeCount: 3, nodes: "a,b",
            head: "head",
            isStrict: true, ignoresNotRun: false)
    }

    private static let payload: Payload = {
        var payload = Payload(
            arguments: ["a", "'b'\n\u{1b}"], timeout: 60, wantsRoot: true, beginsAtHome: true)
        payload.environment = ["X=1\n2"]
        payload.isTemplate = true
        payload.files = [
            PayloadFile(
                role: .copy, name: "copy-1", source: "/a b", destination: "/c", mode: 0o4755,
                sha256: String(repeating: "a", count: 64), size: 9)
        ]
        return payload
    }()

    private static let specifications: [any ProbeSpecification] = [
        CommandSpecification(payload: payload), GPUCheckSpecification(timeout: 60),
        GPUDiagSpecification(level: 2, timeout: 600),
        CheckMountSpecification(LustreSettings(), timeout: 30),
        MountLustreSpecification(LustreSettings(), timeout: 600),
    ]

    /// How fleet 0.1 wrote them.
    @Test(arguments: [
        (
            #"{"gpuCheck":{"timeout":60,"policy":{"levels":{},"limits":{},"only":["gpu"],"skip":[]}}}"#,
            "gpu-check"
        ),
        (
            #"{"gpuDiag":{"level":2,"timeout":9,"policy":{"levels":{},"limits":{},"only":[],"skip":[]}}}"#,
            "gpu-diag"
        ),
    ])
    func earlierRelease(_ json: String, _ name: String) throws {
        let decoder = JSONDecoder()
        decoder.userInfo = ProbeKinds.all.userInfo
        let kept = try decoder.decode(KeptSpecification.self, from: Data(json.utf8))
        #expect(kept.value.probe.name == name)
        let unknown = Data(json.replacing("gpu", with: "xpu").utf8)
        #expect(throws: DecodingError.self) {
            try decoder.decode(KeptSpecification.self, from: unknown)
        }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(KeptSpecification.self, from: Data(json.utf8))
        }
    }

    @Test(arguments: specifications.indices)
    func manifest(_ index: Int) throws {
        let specification = Self.specifications[index]
        let run = try TestRun(specification.probe.payload)
        let stored = StoredRun(run.directory, kinds: .all)
        let manifest = Self.manifest(run, specification)
        try stored.begin(manifest, targets: Self.targets)
        #expect(stored.id == "r1")
        #expect(try stored.manifest() == manifest.kept)
        #expect(try stored.targets() == Self.targets)
        // The same probe again, and so the same script.
        let again = try stored.manifest()
        #expect(again.specification.probe.payload == manifest.kept.specification.probe.payload)
        #expect(again.specification.probe.name == specification.probe.name)
        #expect(
            again.plan.job(for: Self.targets[0].node, .init(.job))
                == manifest.kept.plan.job(for: Self.targets[0].node, .init(.job)))
    }

    @Test func journal() throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        #expect(try stored.entries() == [])
        let entries: [JournalEntry] = [
            .submitted(node: "a", SubmittedJob(job: 7, attempt: 1)),
            .submitted(node: "a", SubmittedJob(job: .max, attempt: 2)), .row(Self.refused),
        ]
        do {
            let journal = try stored.journal()
            entries.forEach(journal.write)
            #expect(journal.problem == nil)
        }
        #expect(try stored.entries() == entries)
        // A second fleet goes on where the first one ended.
        try stored.journal().write(.row(Self.finished))
        let all = try stored.entries()
        #expect(all.count == 4)
        // Streams are beside the journal, nodes in the targets' file.
        var slim = Self.finished
        slim.node = nil
        (slim.result.stdout, slim.result.stderr) = ([], [])
        #expect(all.last == .row(slim))
        let facts = try FileManager.default.attributesOfItem(
            atPath: run.directory.path + "/journal.jsonl")
        #expect(facts[.posixPermissions] as? Int == 0o600)
    }

    @Test("A line that a killed fleet could not finish is left out, and read once it is whole")
    func truncated() throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        let journal = try stored.journal()
        journal.write(.submitted(node: "a", SubmittedJob(job: 7, attempt: 1)))
        journal.write(.row(Self.refused))
        let whole = try #require(try run.directory.read("journal.jsonl"))
        let first = try #require(whole.firstIndex(of: UInt8(ascii: "\n"))) + 1
        for length in 0...whole.count {
            try run.directory.write(Array(whole.prefix(length)), to: "journal.jsonl")
            let (entries, next) = try stored.entries(from: 0)
            let expected = length == whole.count ? 2 : length >= first ? 1 : 0
            #expect(entries.count == expected)
            #expect(next == [0, first, whole.count][expected])
            // What comes after is read from there, once.
            try run.directory.write(Array(whole), to: "journal.jsonl")
            #expect(try stored.entries(from: next).entries.count == 2 - expected)
            #expect(try stored.entries(from: next).next == whole.count)
        }
    }

    @Test("A line that cannot be read costs no other line")
    func foreignLine() throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        try stored.journal().write(.submitted(node: "a", SubmittedJob(job: 7, attempt: 1)))
        let good = try #require(try run.directory.read("journal.jsonl"))
        let bytes = Array(good) + Array("{\"later\":{}}\n\n\u{0}\n".utf8) + Array(good)
        try run.directory.write(bytes, to: "journal.jsonl")
        #expect(try stored.entries().count == 2)
    }

    /// A fleet was killed within a line; the one that takes its place writes on.
    @Test("What follows a torn line is not lost with it")
    func tornLine() throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        try run.directory.write(Array("{\"row\":{\"_0\"".utf8), to: "journal.jsonl")
        try stored.journal().write(.row(Self.refused))
        #expect(try stored.entries() == [.row(Self.refused)])
    }

    @Test func summary() throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        #expect(stored.summary() == nil)
        let summary = RunSummaryFile(
            ended: 9, wasInterrupted: true, exitCode: 130,
            counts: RunSummary([Self.finished, Self.refused]))
        try stored.finish(summary)
        #expect(stored.summary() == summary)
        #expect(summary.counts.fail == 1)
        #expect(summary.counts.notRun == 1)
    }

    @Test("A run of another release of fleet is named, not misread")
    func foreignSchema() throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        var manifest = Self.manifest(run, GPUCheckSpecification(timeout: 9))
        manifest.schema = "fleet.manifest/9"
        try stored.begin(manifest, targets: [])
        let error = try #require(throws: RunStoreError.self) { try stored.manifest() }
        #expect(error.kind == .file)
        #expect(error.cause == "it was written by another release of fleet (fleet.manifest/9)")
    }

    @Test("Also one whose manifest has other fields")
    func foreignFields() throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        try run.directory.write(
            Array("{\"schema\":\"fleet.manifest/9\",\"what\":1}\n".utf8), to: "run.json")
        let error = try #require(throws: RunStoreError.self) { try stored.manifest() }
        #expect(error.cause == "it was written by another release of fleet (fleet.manifest/9)")
    }

    @Test func missingFiles() throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        let error = try #require(throws: RunStoreError.self) { try stored.manifest() }
        #expect(error.kind == .notFound)
        #expect(
            error.description
                == "cannot read run r1: it has no run.json\n'fleet runs' lists the runs.")
        #expect(try #require(throws: RunStoreError.self) { try stored.targets() }.kind == .notFound)
    }

    @Test(arguments: ["", "{", "null", "[]", "{\"schema\":1}"])
    func damaged(_ text: String) throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        try run.directory.write(Array(text.utf8), to: "run.json")
        let error = try #require(throws: RunStoreError.self) { try stored.manifest() }
        #expect(error.kind == .file)
        #expect(error.description.hasPrefix("cannot read \(run.directory.path)/run.json: "))
        #expect(error.cause == "it is damaged, or another release of fleet wrote it")
    }

    // MARK: - Streams

    @Test func streams() throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        func write(_ text: String, _ name: String) {
            let path = "\(run.directory.path)/records/\(name)"
            #expect(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
        }
        func stdout(_ result: NodeResult) -> String {
            let report = NodeReport(result: result, judgement: nil, node: nil)
            let whole = stored.withStreams(report, plan: run.plan)
            return String(decoding: whole.result.stdout, as: UTF8.self)
        }
        write(
            "record\nfleet-record/1 run=r1 node=a nonce=secret job=7 status=0 timed_out=0 "
                + "ended=0 setup=0 hundredths=5 stdout=6 stderr=0\n", "a.7")
        write("partial", ".b.8.out")
        #expect(
            stdout(NodeResult(node: "a", outcome: .finished, launcher: .job, jobID: 7)) == "record")
        #expect(
            stdout(NodeResult(node: "b", outcome: .nodeFailed, launcher: .job, jobID: 8))
                == "partial")
        #expect(
            stdout(NodeResult(node: "c", outcome: .finished, launcher: .job, jobID: 9)) == "")
        #expect(stdout(NodeResult(node: "d", outcome: .notRun)) == "")
    }
}
