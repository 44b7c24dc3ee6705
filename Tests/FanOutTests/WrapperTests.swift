@testable import FanOut
import FoundationEssentials
import SlurmModel
import Subprocess
import SystemPackage
@testable import TestSupport
import Testing

/// The wrapper script itself, run by the real /bin/sh with the real coreutils, on this machine.
@Suite("Wrapper", .timeLimit(.minutes(20)))
struct WrapperTests {
    /// A run directory that is removed afterwards.
    private func withRun(
        _ body: (_ directory: RunDirectory, _ key: RecordKey) async throws -> Void
    ) async throws {
        let base = FileManager.default.temporaryDirectory
            .appending(path: "fleet-wrapper-\(UInt64.random(in: .min ... .max))").path()
        defer { try? FileManager.default.removeItem(atPath: base) }
        let directory = try RunDirectory.create(
            base: base, id: RunID("r1"), nonce: "secret")
        try await body(
            directory, RecordKey(run: "r1", node: "gpu-1", nonce: "secret", job: "local"))
    }

    /// Runs the wrapper and gives its exit code.
    private func wrap(
        _ payload: Payload, key: RecordKey, directory: String
    ) async throws -> TerminationStatus {
        try await Subprocess.run(
            .path("/bin/sh"),
            arguments: [
                "-c",
                JobScript.text(payload: payload, key: key, carrier: .directory(directory)),
            ],
            environment: .custom(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp"]),
            input: .none, output: .discarded, error: .discarded
        ).terminationStatus
    }

    private func record(_ payload: Payload) async throws -> Record {
        var record: Record?
        try await withRun { directory, key in
            let status = try await wrap(payload, key: key, directory: directory.path)
            #expect(status == .exited(0))
            let whole = try directory.record(for: key)
            record = whole
            // Streams stay only where they are empty; the head takes them away.
            if !whole.stdout.isEmpty || !whole.stderr.isEmpty {
                #expect(directory.scan().started.isEmpty)
            }
            directory.tidy(node: key.node, job: key.job)
            let left = try FileManager.default.contentsOfDirectory(
                atPath: directory.path + "/records")
            #expect(left.sorted() == [".gpu-1.1.claim", "gpu-1.local"])
        }
        return try #require(record)
    }

    @Test("Exit codes come back as they were", arguments: [0, 1, 3, 124, 128, 255])
    func exitCode(code: Int) async throws {
        let record = try await record(
            Payload(arguments: ["sh", "-c", "exit \(code)"], timeout: 20))
        #expect(record.exit == .exited(code))
        #expect(!record.timedOut)
    }

    @Test("A command that is not there is 127, one that cannot be executed 126")
    func notFound() async throws {
        let missing = try await record(Payload(arguments: ["/no/such/command"], timeout: 20))
        #expect(missing.exit == .exited(127))
        #expect(!missing.stderr.isEmpty)
        let folder = try await record(Payload(arguments: ["/tmp"], timeout: 20))
        #expect(folder.exit == .exited(126))
    }

    @Test("A signal comes back as a signal", arguments: [2, 3, 6, 9, 11, 15])
    func signal(number: Int) async throws {
        let record = try await record(
            Payload(arguments: ["sh", "-c", "kill -\(number) $$"], timeout: 20))
        #expect(record.exit == .signalled(number))
        #expect(!record.timedOut)
    }

    @Test(
        "Arguments arrive exactly as given",
        arguments: [
            "", " ", "it's", "a\nb", "$HOME `id` \\ \"x\"", "*", "-n", "한글 🚀",
            "x'\u{301}; exit 9; echo '", "'\u{fe0f}", "\u{1b}[31m",
        ])
    func arguments(argument: String) async throws {
        let record = try await record(
            Payload(arguments: ["printf", "<%s>", argument, "end"], timeout: 20))
        #expect(record.stdout == Array("<\(argument)><end>".utf8))
    }

    @Test("10 MB in one line, binary, without a final newline, is byte for byte the same")
    func large() async throws {
        let script = "head -c 10000000 /dev/zero | tr '\\0' x; printf '\\000\\377\\012\\001'"
        let record = try await record(Payload(arguments: ["sh", "-c", script], timeout: 30))
        #expect(record.stdout.count == 10_000_004)
        #expect(record.stdout.prefix(10_000_000).allSatisfy { $0 == UInt8(ascii: "x") })
        #expect(record.stdout.suffix(4) == [0, 255, 10, 1])
    }

    @Test("At the deadline the whole process group is gone, also what ignores TERM")
    func deadline() async throws {
        let marker = "3141.\(UInt32.random(in: 10_000...99_999))"
        let script = "trap '' TERM; sleep \(marker) & sleep \(marker)"
        let record = try await record(Payload(arguments: ["sh", "-c", script], timeout: 1))
        #expect(record.timedOut)
        // By the node's clock: this machine may be busy with other tests.
        #expect(record.duration < 15)
        #expect(try !isRunning("sleep \(marker)"))
    }

    @Test("A TERM for the wrapper reaches the payload; the record says that it was told to end")
    func toldToEnd() async throws {
        try await withRun { directory, key in
            let up = directory.path + "/up"
            let script = JobScript.text(
                payload: Payload(
                    arguments: [
                        "sh", "-c", "trap 'exit 0' TERM; echo up; touch '\(up)'; sleep 50 & wait",
                    ],
                    timeout: 40),
                key: key, carrier: .directory(directory.path))
            let ended = try await Subprocess.run(
                .path("/bin/sh"),
                arguments: ["-c", WrapperBench.tellToEnd, "sh", script, up],
                input: .none, output: .discarded, error: .discarded)
            #expect(ended.terminationStatus.isSuccess)
            let record = try directory.record(for: key)
            #expect(record.ended)
            #expect(record.duration < 20)
            #expect(record.stdout == Array("up\n".utf8))
        }
    }

    @Test("Children that a command leaves behind end with it")
    func leftChildren() async throws {
        let marker = "2718.\(UInt32.random(in: 10_000...99_999))"
        let record = try await record(
            Payload(arguments: ["sh", "-c", "sleep \(marker) & echo left"], timeout: 20))
        #expect(record.stdout == Array("left\n".utf8))
        #expect(try !isRunning("sleep \(marker)"))
    }

    @Test("A run directory that is not there, or is not the head's, is told by the exit code")
    func foreignDirectory() async throws {
        let payload = Payload(arguments: ["true"], timeout: 20)
        try await withRun { directory, key in
            let gone = try await wrap(payload, key: key, directory: "/no/such/folder")
            #expect(gone == .exited(Int32(WrapperFailure.noDirectory.rawValue)))
            var other = key
            other.nonce = "another"
            let foreign = try await wrap(payload, key: other, directory: directory.path)
            #expect(foreign == .exited(Int32(WrapperFailure.otherDirectory.rawValue)))
            #expect(directory.scan() == RecordScan())
        }
    }

    /// Whether any process has this command line.
    private func isRunning(_ command: String) throws -> Bool {
        let wanted = command.split(separator: " ").joined(separator: "\0") + "\0"
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc")
        where Int(name) != nil {
            let line = try? Data(contentsOf: URL(filePath: "/proc/\(name)/cmdline"))
            if let line, String(decoding: line, as: UTF8.self) == wanted { return true }
        }
        return false
    }
}
