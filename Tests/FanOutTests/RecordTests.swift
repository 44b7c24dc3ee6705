@testable import FanOut
import Foundation
@testable import Platform
import SlurmModel
import SystemPackage
import TestSupport
import Testing

@Suite("Records")
struct RecordTests {
    private static let key = RecordKey(run: "r1", node: "gpu-1", nonce: "abc", job: "12")

    private static func bytes(
        out: [UInt8] = Array("hello\n".utf8), err: [UInt8] = Array("oops".utf8),
        trailer: String? = nil
    ) -> [UInt8] {
        let line =
            trailer
            ?? "fleet-record/1 run=r1 node=gpu-1 nonce=abc job=12 status=3 timed_out=0 ended=0 hundredths=150 stdout=\(out.count) stderr=\(err.count)"
        return out + err + Array("\n\(line)\n".utf8)
    }

    @Test("A whole record gives back both streams, byte for byte")
    func whole() throws {
        let record = try Record(bytes: Self.bytes(), key: Self.key)
        #expect(record.exit == .exited(3))
        #expect(record.duration == 1.5)
        #expect(!record.timedOut)
        #expect(record.stdout == Array("hello\n".utf8))
        #expect(record.stderr == Array("oops".utf8))
    }

    @Test("Output that looks like a trailer stays output")
    func imitation() throws {
        let out = Self.bytes(out: [], err: [])
        let record = try Record(bytes: Self.bytes(out: out, err: [0, 255, 10]), key: Self.key)
        #expect(record.stdout == out)
        #expect(record.stderr == [0, 255, 10])
    }

    @Test(
        "What a TaskProlog and a TaskEpilog print around a step's record is passed over",
        arguments: ["", "welcome\n", String(repeating: "x", count: 2_000) + "\n", "no newline"],
        ["", "bye\n", "no newline", "\n\nfleet-record/1 run=r1 nonce=other\n"])
    func surroundings(_ before: String, _ after: String) throws {
        let stream =
            Array("\(before)fleet-begun/1 abc\n".utf8) + Self.bytes() + Array(after.utf8)
        let record = try Record(bytes: stream, key: Self.key)
        #expect(record.stdout == Array("hello\n".utf8))
        #expect(record.stderr == Array("oops".utf8))
        // Without the line that tells where it begins, nothing may stand before it.
        guard !before.isEmpty else { return }
        #expect(throws: RecordProblem.self) {
            try Record(bytes: Array(before.utf8) + Self.bytes(), key: Self.key)
        }
    }

    @Test("A payload that prints the first line of a step's record is believed all the same")
    func beginningImitated() throws {
        let out = Array("hi\nfleet-begun/1 abc\nbye\n".utf8)
        #expect(try Record(bytes: Self.bytes(out: out), key: Self.key).stdout == out)
        let stream = Array("x\nfleet-begun/1 abc\n".utf8) + Self.bytes(out: out)
        #expect(try Record(bytes: stream, key: Self.key).stdout == out)
    }

    @Test(
        "Numbers of a damaged journal that are no place in a file are not added up",
        arguments: [(0, Int.max, 1), (Int.max, 1, 1), (0, 1, Int.max), (-1, 1, 1), (0, -1, 1)])
    func noPlace(offset: Int, stdout: Int, stderr: Int) throws {
        let text = """
            {"path":"/r/n1","offset":\(offset),"stdout":\(stdout),"stderr":\(stderr)}
            """
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(CutOutput.self, from: Data(text.utf8))
        }
        let cut = CutOutput(path: "/r/n1", offset: 7, stdout: 1 << 40, stderr: 0)
        #expect(try JSONDecoder().decode(CutOutput.self, from: JSONEncoder().encode(cut)) == cut)
    }

    @Test("Of streams beyond the limit the beginnings are held, and where the whole is")
    func cut() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/record"
        let begun = Array("before\nfleet-begun/1 abc\n".utf8)
        try Data(begun + Self.bytes()).write(to: URL(fileURLWithPath: path))
        let record = try Record(FileRange(path: path), path: path, key: Self.key, limit: 5)
        #expect(record.stdout == Array("hello".utf8))
        #expect(record.stderr == Array("oops".utf8))
        #expect(record.cut == CutOutput(path: path, offset: begun.count, stdout: 6, stderr: 4))
        let whole = try Record(FileRange(path: path), path: path, key: Self.key, limit: 6)
        #expect(whole.cut == nil)
        #expect(try whole == Record(bytes: Self.bytes(), key: Self.key))
    }

    @Test("A record of 8 GiB is read without being held", .timeLimit(.minutes(20)))
    func huge() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/record"
        let size = 8 << 30
        let trailer =
            "\nfleet-record/1 run=r1 node=gpu-1 nonce=abc job=12 status=0 timed_out=0 ended=0 hundredths=1 stdout=\(size) stderr=0\n"
        let file = try FileDescriptor.open(
            FilePath(path), .writeOnly, options: .create, permissions: .ownerReadWrite)
        try file.closeAfter {
            // A file with a hole: it takes no room.
            _ = try file.writeAll(toAbsoluteOffset: Int64(size), trailer.utf8)
        }
        let record = try Record(FileRange(path: path), path: path, key: Self.key)
        #expect(record.stdout.count == Record.limit)
        #expect(record.cut?.stdout == size)
        #expect(
            try FileRange(path: path).bytes(from: size, count: 7) == Array(trailer.utf8.prefix(7)))
    }

    @Test("A link in a record's place is not followed")
    func link() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/record"
        try Data(Self.bytes()).write(to: URL(fileURLWithPath: path))
        try FileManager.default.createSymbolicLink(
            atPath: path + "-link", withDestinationPath: path)
        #expect(throws: Errno.tooManySymbolicLinkLevels) { try FileRange(path: path + "-link") }
    }

    @Test("A record cut off anywhere is not believed")
    func cutAnywhere() {
        let whole = Self.bytes()
        for length in 0..<whole.count {
            #expect(throws: RecordProblem.self) {
                try Record(bytes: Array(whole.prefix(length)), key: Self.key)
            }
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var trailer: String
        var problem: RecordProblem
        var testDescription: String { "\(problem): \(trailer)" }
    }

    private static let good =
        "fleet-record/1 run=r1 node=gpu-1 nonce=abc job=12 status=0 timed_out=0 ended=0 hundredths=1 stdout=6 stderr=4"

    private static func changed(_ from: String, _ to: String) -> String {
        good.split(separator: " ").map { $0 == from ? to : String($0) }.joined(separator: " ")
    }

    @Test(
        "A trailer that is another's, or does not add up, is named",
        arguments: [
            Wrong(trailer: changed("run=r1", "run=r2"), problem: .foreign(field: "run")),
            Wrong(trailer: changed("node=gpu-1", "node=gpu-10"), problem: .foreign(field: "node")),
            Wrong(trailer: changed("nonce=abc", "nonce=abd"), problem: .foreign(field: "nonce")),
            Wrong(trailer: changed("job=12", "job=13"), problem: .foreign(field: "job")),
            Wrong(trailer: changed("status=0", "status=256"), problem: .unreadable),
            Wrong(trailer: changed("status=0", "status=x"), problem: .unreadable),
            Wrong(trailer: changed("timed_out=0", "timed_out=2"), problem: .unreadable),
            Wrong(trailer: changed("ended=0", "ended="), problem: .unreadable),
            Wrong(trailer: changed("stdout=6", "stdout=-1"), problem: .unreadable),
            Wrong(trailer: changed("stdout=6", "stdout=6 stdout=6"), problem: .unreadable),
            Wrong(
                trailer: changed("stdout=6", "stdout=7"),
                problem: .wrongSize(expected: 11, found: 10)),
            Wrong(
                trailer: changed("stdout=6", "stdout=\(Int.max)"),
                problem: .wrongSize(expected: .max, found: 10)),
        ])
    func wrongTrailer(_ test: Wrong) {
        #expect(throws: test.problem) {
            try Record(bytes: Self.bytes(trailer: test.trailer), key: Self.key)
        }
    }

    @Test("The names in the records folder tell who started and who is done")
    func scan() {
        let scan = RecordScan(fileNames: [
            "gpu-1.13", ".gpu-2.14.out", ".gpu-2.14.err", ".gpu-3.15.record",
        ])
        #expect(scan.finished == ["gpu-1.13"])
        #expect(scan.started == ["gpu-2.14"])
    }
}
