@testable import FanOut
import Foundation
import SlurmModel
import TestSupport
import Testing

@Suite struct RunDirectoryTests {
    private static func trailer(_ key: RecordKey, stdout: Int) -> String {
        "\nfleet-record/1 run=\(key.run) node=\(key.node) nonce=\(key.nonce) job=\(key.job) "
            + "status=0 timed_out=0 ended=0 setup=0 hundredths=5 stdout=\(stdout) stderr=0\n"
    }

    private static func write(_ text: String, _ path: String) {
        #expect(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
    }

    private static func records(_ directory: RunDirectory, _ name: String) -> String {
        "\(directory.path)/records/\(name)"
    }

    @Test func create() throws {
        let folder = try TemporaryFolder()
        let base = folder.path + "/a/b"
        let directory = try RunDirectory.create(base: base, id: RunID("r1"), nonce: "abc")
        #expect(directory.path == base + "/r1")
        for name in ["", "/records", "/files"] {
            let facts = try FileManager.default.attributesOfItem(atPath: directory.path + name)
            #expect(facts[.posixPermissions] as? Int == 0o700)
        }
        #expect(try directory.read("nonce") == Data("abc".utf8))
        // A run that is there is never taken over.
        let error = try #require(throws: RunDirectoryError.self) {
            try RunDirectory.create(base: base, id: RunID("r1"), nonce: "def")
        }
        #expect(error.path == directory.path)
        #expect(error.cause == "File exists")
        #expect(try directory.read("nonce") == Data("abc".utf8))
    }

    @Test func createWhereItCannotBe() throws {
        let folder = try TemporaryFolder(["file": ""])
        for base in ["\(folder.path)/file", "/proc/fleet", "/dev/null/x"] {
            let error = try #require(throws: RunDirectoryError.self) {
                try RunDirectory.create(base: base, id: RunID("r1"), nonce: "x")
            }
            #expect(error.description.contains("\(base)/r1: "))
            #expect(!error.cause.contains("Error Domain"), "\(error.cause)")
        }
    }

    @Test("What could not be made whole is taken away again")
    func createHalf() throws {
        let folder = try TemporaryFolder()
        // A path that is just short enough for the run's folder, and too long for what is in it.
        var base = folder.path
        while base.utf8.count < 4_080 {
            base += "/" + String(repeating: "d", count: min(200, 4_085 - base.utf8.count))
        }
        try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
        let error = try #require(throws: RunDirectoryError.self) {
            try RunDirectory.create(base: base, id: RunID("r1"), nonce: "x")
        }
        #expect(error.path == base + "/r1")
        #expect(try FileManager.default.contentsOfDirectory(atPath: base) == [])
    }

    @Test("Root keeps no runs where another user could replace them", .enabled(if: geteuid() == 0))
    func distrust() throws {
        let folder = try TemporaryFolder()
        let files = FileManager.default
        func make(_ name: String, owner: Int = 0, mode: Int = 0o755) throws -> String {
            let path = "\(folder.path)/\(name)"
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            try files.setAttributes(
                [.ownerAccountID: owner, .posixPermissions: mode], ofItemAtPath: path)
            return path
        }
        let own = try make("own")
        #expect(RunBase.distrust(own + "/new/deep", user: 0) == nil)
        #expect(try RunBase.distrust(make("sticky", mode: 0o1777), user: 0) == nil)
        let other = try make("other", owner: 1234)
        for path in [other, other + "/new"] {
            #expect(
                RunBase.distrust(path, user: 0)
                    == "\(other) belongs to user 1234, who could replace what root's jobs run")
        }
        let open = try make("open", mode: 0o777)
        #expect(RunBase.distrust(open, user: 0)?.hasPrefix("anybody may write to \(open)") == true)
        // Root's own link leads to what it leads to; another user's does not count.
        let link = "\(folder.path)/link"
        try files.createSymbolicLink(atPath: link, withDestinationPath: own)
        #expect(RunBase.distrust(link, user: 0) == nil)
        #expect(unsafe lchown(link, 1234, 1234) == 0)
        for path in [link, link + "/new"] {
            #expect(
                RunBase.distrust(path, user: 0)
                    == "\(link) is a link of user 1234, who could point it elsewhere")
        }
        for path in [other, open, link] {
            #expect(RunBase.distrust(path, user: 1234) == nil)
            let error = try #require(throws: RunDirectoryError.self) {
                try RunDirectory.create(base: path, id: RunID("r1"), nonce: "x")
            }
            #expect(RunBase.distrust(path, user: 0) == error.cause)
        }
    }

    @Test func files() throws {
        let run = try TestRun()
        #expect(try run.directory.read("none") == nil)
        try run.directory.write([1, 2], to: "x")
        try run.directory.write([3], to: "x")
        #expect(try run.directory.read("x") == Data([3]))
    }

    @Test func claim() throws {
        let run = try TestRun()
        let directory = run.directory
        #expect(directory.claim(node: "n", attempt: 1) == .withdrawn)
        // What the head has taken stays the head's, for the next fleet too.
        #expect(directory.claim(node: "n", attempt: 1) == .withdrawn)
        // The wrapper's own file is empty.
        Self.write("", Self.records(directory, ".w.1.claim"))
        #expect(directory.claim(node: "w", attempt: 1) == .begun)
        #expect(directory.claim(node: "n", attempt: 2) == .withdrawn)
        #expect(directory.claim(node: "m", attempt: 1) == .withdrawn)
        // A claim is neither a record nor a start.
        #expect(directory.scan() == RecordScan())
        try FileManager.default.removeItem(atPath: directory.path + "/records")
        #expect(directory.claim(node: "n", attempt: 3) == .unknown)
        #expect(directory.scan() == RecordScan())
    }

    @Test func tidy() throws {
        let run = try TestRun()
        for name in [".n.7.out", ".n.7.err", ".n.77.out", ".n.1.claim", "n.7"] {
            Self.write("", Self.records(run.directory, name))
        }
        run.directory.tidy(node: "n", job: "7")
        #expect(try run.records() == [".n.1.claim", ".n.77.out", "n.7"])
        run.directory.tidy(node: "n", job: "7")
        #expect(try run.records().count == 3)
    }

    @Test func output() throws {
        let run = try TestRun()
        let directory = run.directory
        let out = Self.records(directory, ".n.7.out")
        #expect(directory.output(node: "n", job: "7", from: OutputOffsets()).isEmpty)
        Self.write("one\ntw", out)
        Self.write("bad", Self.records(directory, ".n.7.err"))
        var offsets = OutputOffsets()
        #expect(
            directory.output(node: "n", job: "7", from: offsets)
                == OutputPiece(stdout: Array("one\ntw".utf8), stderr: Array("bad".utf8)))
        (offsets.stdout, offsets.stderr) = (4, 3)
        #expect(
            directory.output(node: "n", job: "7", from: offsets)
                == OutputPiece(stdout: Array("tw".utf8)))
        // Beyond the end there is nothing.
        offsets.stdout = 600
        #expect(directory.output(node: "n", job: "7", from: offsets).isEmpty)
        let partial = directory.partialOutput(node: "n", job: "7")
        #expect(partial == (Array("one\ntw".utf8), Array("bad".utf8)))
    }

    @Test("A long output comes in pieces of a MiB, and loses nothing")
    func pieces() throws {
        let run = try TestRun()
        let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Data(bytes).write(
            to: URL(fileURLWithPath: Self.records(run.directory, ".n.7.out")))
        var offsets = OutputOffsets()
        var whole: [UInt8] = []
        var sizes: [Int] = []
        while true {
            let piece = run.directory.output(node: "n", job: "7", from: offsets)
            if piece.isEmpty { break }
            whole += piece.stdout
            sizes.append(piece.stdout.count)
            offsets.stdout += piece.stdout.count
        }
        #expect(whole == bytes)
        #expect(sizes == [1 << 20, 1 << 20, 402_848])
        #expect(run.directory.partialOutput(node: "n", job: "7").stdout.count == 1 << 20)
    }

    @Test func records() throws {
        let run = try TestRun()
        let key = run.plan.key(node: "n", job: "7")
        #expect(throws: RecordProblem.missing) { try run.directory.record(for: key) }
        Self.write("hi" + Self.trailer(key, stdout: 2), Self.records(run.directory, "n.7"))
        #expect(try run.directory.record(for: key).stdout == Array("hi".utf8))
        Self.write("hi", Self.records(run.directory, "n.7"))
        #expect(throws: RecordProblem.truncated) { try run.directory.record(for: key) }
        let folder = run.plan.key(node: "f", job: "1")
        try FileManager.default.createDirectory(
            atPath: Self.records(run.directory, "f.1"), withIntermediateDirectories: false)
        #expect(throws: RecordProblem.self) { try run.directory.record(for: folder) }
    }

    struct Stream: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String?
        /// Whether the payload may have begun.
        var isKept: Bool
        /// Whether it is a whole record.
        var isWhole = false
    }

    private static let begun = "fleet-begun/1 secret\n"

    @Test(arguments: [
        Stream(testDescription: "none", text: nil, isKept: false),
        Stream(testDescription: "empty", text: "", isKept: false),
        Stream(testDescription: "half a first line", text: "fleet-begun/1 se", isKept: false),
        Stream(testDescription: "begun", text: begun, isKept: true),
        Stream(testDescription: "begun, and some output", text: begun + "hel", isKept: true),
        Stream(
            testDescription: "whole",
            text: begun + "hi"
                + trailer(
                    RecordKey(run: "r1", node: "n", nonce: "secret", job: "srun-1"), stdout: 2),
            isKept: true, isWhole: true),
        Stream(
            testDescription: "a TaskProlog's words, and no beginning",
            text: "welcome to the node; this is longer than the line\n", isKept: false),
        Stream(
            testDescription: "whole, a TaskProlog's words before it and a TaskEpilog's after it",
            text: "welcome\n" + begun + "hi"
                + trailer(
                    RecordKey(run: "r1", node: "n", nonce: "secret", job: "srun-1"), stdout: 2)
                + "bye\n",
            isKept: true, isWhole: true),
    ])
    func streams(_ test: Stream) throws {
        let run = try TestRun()
        let key = run.plan.key(node: "n", job: "srun-1")
        let path = run.directory.streamPath(for: key)
        #expect(path == Self.records(run.directory, ".n.srun-1.stream"))
        if let text = test.text { Self.write(text, path) }
        #expect(run.directory.scan() == RecordScan())
        #expect(run.directory.keepStream(for: key) == test.isKept)
        #expect(try run.records() == (test.isKept ? ["n.srun-1"] : []))
        #expect(((try? run.directory.record(for: key)) != nil) == test.isWhole)
        #expect((run.directory.streamedRecord(for: key) != nil) == test.isWhole)
    }

    @Test("The stream of a srun whose fleet is gone is taken only once it is whole")
    func streamedRecord() throws {
        let run = try TestRun()
        let key = run.plan.key(node: "n", job: "srun-1")
        let path = run.directory.streamPath(for: key)
        Self.write(Self.begun + "hi", path)
        #expect(run.directory.streamedRecord(for: key) == nil)
        #expect(try run.records() == [".n.srun-1.stream"])
        Self.write(Self.begun + "hi" + Self.trailer(key, stdout: 2), path)
        #expect(run.directory.streamedRecord(for: key)?.stdout == Array("hi".utf8))
        #expect(try run.records() == ["n.srun-1"])
        #expect(run.directory.streamedRecord(for: key)?.stdout == Array("hi".utf8))
    }

    @Test(arguments: [(0, 0, "0000"), (0, 255, "00ff"), (16, 1, "1001"), (255, 255, "ffff")])
    func names(_ fraction: UInt8, _ random: UInt8, _ digits: String) {
        let id = RunID(timestamp: "20261124-140211", fraction: fraction, random: random)
        #expect(id.description == "20261124-140211-\(digits)")
    }
}
