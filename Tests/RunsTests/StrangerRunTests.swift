@testable import GPUCheck
@testable import Platform
import Probes
@testable import FanOut
import Foundation
@testable import Runs
import SlurmModel
import SystemPackage
import TestSupport
import Testing

/// Run folders that another user made, in a folder where everybody may: none of them is root's.
@Suite(
    "Runs of strangers", .enabled(if: OtherUser.isThere, OtherUser.whyNot), .timeLimit(.minutes(20))
)
struct StrangerRunTests {
    private static let name = "20261126-140211-7f3a"

    /// A sticky folder with a run that the other user made to look like one of root's.
    private func forged(_ folder: TemporaryFolder, also line: String = "true") async throws
        -> (base: String, run: StoredRun)
    {
        let base = try folder.folder("runs", mode: 0o1777)
        let victim = try TestRun(id: Self.name)
        try StoredRun(victim.directory, kinds: .all).begin(
            RunManifest(
                plan: victim.plan, specification: GPUCheckSpecification(timeout: 9),
                command: ["fleet"],
                user: "root", cluster: "demo", started: 1, nodeCount: 1, nodes: "a", head: nil,
                isStrict: false, ignoresNotRun: false), targets: [])
        // All that is in a run of root's, in the words of root's own fleet.
        try FileManager.default.copyItem(
            atPath: victim.directory.path, toPath: "\(folder.path)/copy")
        for path in try FileManager.default.subpathsOfDirectory(atPath: "\(folder.path)/copy") + [
            ""
        ] {
            try FileManager.default.setAttributes(
                [.ownerAccountID: Int(OtherUser.id)], ofItemAtPath: "\(folder.path)/copy/\(path)")
        }
        try FileManager.default.moveItem(
            atPath: "\(folder.path)/copy", toPath: "\(base)/\(Self.name)")
        try await OtherUser.sh(line, in: "\(base)/\(Self.name)")
        return (base, StoredRun(RunDirectory(path: "\(base)/\(Self.name)"), kinds: .all))
    }

    @Test("It is passed over, and told")
    func passedOver() async throws {
        let folder = try TemporaryFolder()
        let (base, _) = try await forged(folder)
        let listing = try RunCatalog(base: base, kinds: .all).listing()
        #expect(listing.runs.isEmpty)
        #expect(listing.strangers == [OtherUser.id: [Self.name]])
        for name in ["last", Self.name] {
            let error = try #require(throws: RunStoreError.self) {
                try RunCatalog(base: base, kinds: .all).run(named: name)
            }
            #expect(error.kind == (name == "last" ? .notFound : .otherUser))
        }
        // Root's own beside it is found.
        let own = try RunDirectory.create(base: base, id: RunID("20261126-140212-0000"), nonce: "x")
        try own.write(Array("{}".utf8), to: "run.json")
        #expect(
            try RunCatalog(base: base, kinds: .all).run(named: "last").id == "20261126-140212-0000")
    }

    @Test("Nothing in it is read, written, locked or removed, though its path is known")
    func untouched() async throws {
        let folder = try TemporaryFolder()
        let secret = try folder.secret()
        let (_, run) = try await forged(
            folder,
            also: """
                for name in journal.jsonl lock cancel summary.json records/.a.1.claim records/a.7; do
                    ln -sf \(secret) "$name"
                done
                """)
        #expect(throws: (any Error).self) { try run.manifest() }
        #expect(throws: (any Error).self) { try run.targets() }
        #expect(throws: (any Error).self) { try run.entries() }
        #expect(throws: (any Error).self) { try run.journal() }
        #expect(throws: (any Error).self) { try RunLock.take(run) }
        #expect(throws: (any Error).self) { try run.directory.write([], to: "cancel") }
        #expect(throws: FolderProblem.self) { try run.directory.remove() }
        #expect(run.summary() == nil)
        #expect(!RunLock.isHeld(run))
        #expect(run.directory.claim(node: "a", attempt: 1) == .unknown)
        #expect(run.directory.scan() == RecordScan())
        #expect(run.directory.attempts() == [:])
        #expect(try TemporaryFolder.isUntouched(secret))
    }

    @Test("A link to root's own run, under another name, is none")
    func linked() async throws {
        let folder = try TemporaryFolder()
        let base = try folder.folder("runs", mode: 0o1777)
        let own = try RunDirectory.create(base: base, id: RunID("20261126-140212-0000"), nonce: "x")
        try own.write(Array("{}".utf8), to: "run.json")
        try await OtherUser.sh("ln -s 20261126-140212-0000 20261127-000000-ffff", in: base)
        #expect(
            try RunCatalog(base: base, kinds: .all).listing().runs.map(\.id) == [
                "20261126-140212-0000"
            ])
        let link = StoredRun(RunDirectory(path: "\(base)/20261127-000000-ffff"), kinds: .all)
        #expect(throws: (any Error).self) { try link.entries() }
        #expect(throws: (any Error).self) { try link.directory.remove() }
    }

    @Test(
        "200 times the folder changes places with a forged one while it is read: never is a forged word believed"
    )
    func swapped() async throws {
        let folder = try TemporaryFolder()
        // The base is the attacker's own: the worst there is.
        let base = try folder.folder("runs", owner: OtherUser.id)
        let own = try folder.folder("runs/own", mode: 0o700)
        try folder.write("true\n", to: "runs/own/journal.jsonl")
        try await OtherUser.sh("mkdir forged && echo forged >forged/journal.jsonl", in: base)
        let directory = RunDirectory(path: own)
        try await OtherUser.while_(OtherUser.exchange("own", "forged"), in: base) {
            for _ in 0..<200 {
                let text = try? directory.read("journal.jsonl")
                #expect(text == nil || text == Data("true\n".utf8))
            }
        }
    }

    @Test("Every file of a run is its owner's alone")
    func modes() async throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        try stored.begin(
            RunManifest(
                plan: run.plan, specification: GPUCheckSpecification(timeout: 9),
                command: ["fleet"],
                user: "root", cluster: "demo", started: 1, nodeCount: 1, nodes: "a", head: nil,
                isStrict: false, ignoresNotRun: false), targets: [])
        let folder = try TemporaryFolder(["program": "x"])
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.path + "/program")
        let source = try FileDescriptor.open(FilePath(folder.path + "/program"), .readOnly)
        try run.directory.addFile("script", from: source)
        try source.close()
        try stored.journal().write(.submitted(node: "a", SubmittedJob(job: 7, attempt: 1)))
        _ = try RunLock.take(stored)
        _ = run.directory.claim(node: "a", attempt: 1)
        let names = try FileManager.default.subpathsOfDirectory(atPath: run.directory.path)
        #expect(names.count >= 9)
        for name in names {
            let facts = try FileManager.default.attributesOfItem(
                atPath: "\(run.directory.path)/\(name)")
            let isFolder = facts[.type] as? FileAttributeType == .typeDirectory
            #expect(facts[.posixPermissions] as? Int == (isFolder ? 0o700 : 0o600), "\(name)")
        }
    }
}
