@testable import FanOut
import Foundation
import SlurmModel
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Without shared storage: everything goes in with the script and comes back on standard output.
@Suite("Wrapper: stream", .timeLimit(.minutes(20)))
struct WrapperStreamTests {
    private static let key = RecordKey(
        run: "r1", node: "gpu-1", nonce: "secret", job: "direct-1")

    private func stream(
        _ payload: Payload, _ bench: WrapperBench, files: [String: String] = [:],
        environment: [String: String] = [:]
    ) async throws -> WrapperBench.Ended {
        try await bench.run(
            payload, key: Self.key, carrier: .stream(files: files), environment: environment)
    }

    @Test("The record comes back behind the line that tells that the payload began")
    func record() async throws {
        let bench = try WrapperBench()
        let payload = Payload(
            arguments: ["sh", "-c", "printf 'no newline'; printf 'e\\n' >&2; exit 4"], timeout: 20)
        let ended = try await stream(payload, bench)
        #expect(ended.status == .exited(0))
        #expect(ended.stdout.starts(with: Array("fleet-begun/1 secret\n".utf8)))
        #expect(ended.stderr == "")
        let record = try Record(bytes: ended.stdout, key: Self.key)
        #expect(record.exit == .exited(4))
        #expect(record.stdout == Array("no newline".utf8))
        #expect(record.stderr == Array("e\n".utf8))
        // Nothing of it touches the run directory.
        #expect(try bench.records() == [])
    }

    @Test("A record that was cut off anywhere is not believed")
    func cut() async throws {
        let bench = try WrapperBench()
        let ended = try await stream(Payload(arguments: ["echo", "hi"], timeout: 20), bench)
        for length in 0..<ended.stdout.count {
            #expect(throws: RecordProblem.self) {
                try Record(bytes: Array(ended.stdout.prefix(length)), key: Self.key)
            }
        }
    }

    @Test("An answer of 3 MB, binary, comes back byte for byte")
    func large() async throws {
        let bench = try WrapperBench()
        let script = "head -c 3000000 /dev/zero; printf '\\377\\000\\nfleet-begun/1 secret\\n'"
        let ended = try await stream(
            Payload(arguments: ["sh", "-c", script], timeout: 30), bench)
        let record = try Record(bytes: ended.stdout, key: Self.key)
        #expect(record.stdout.count == 3_000_024)
        #expect(record.stdout.prefix(3_000_000).allSatisfy { $0 == 0 })
    }

    @Test("Nothing stays on the node, and Slurm's configuration is not the payload's")
    func clean() async throws {
        let bench = try WrapperBench()
        let temporary = "\(bench.folder.path)/tmp"
        try FileManager.default.createDirectory(
            atPath: temporary, withIntermediateDirectories: false)
        var payload = Payload(
            arguments: ["-c", "echo \"[${SLURM_CONF-none}]\"; ls \"$TMPDIR\" | wc -l; cat"],
            timeout: 20)
        payload.files = [
            try await bench.file(
                "#!/bin/sh\nexec sh \"$@\"\n", .program, name: "script", mode: 0o700),
            try await bench.file("input\n", .standardInput, name: "stdin"),
        ]
        let ended = try await stream(
            payload, bench, files: bench.contents(payload.files),
            environment: ["TMPDIR": temporary, "SLURM_CONF": "/etc/other.conf"])
        let record = try Record(bytes: ended.stdout, key: Self.key)
        #expect(String(decoding: record.stdout, as: UTF8.self) == "[none]\n3\ninput\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary) == [])
    }

    @Test("What a killed wrapper leaves on the node bears fleet's name")
    func names() async throws {
        let bench = try WrapperBench()
        try bench.folder.write("", to: "tmp/.keep")
        let ended = try await stream(
            Payload(arguments: ["sh", "-c", "ls \"$TMPDIR\""], timeout: 20), bench,
            environment: ["TMPDIR": "\(bench.folder.path)/tmp"])
        let record = try Record(bytes: ended.stdout, key: Self.key)
        #expect(String(decoding: record.stdout, as: UTF8.self).hasPrefix("fleet."))
    }

    @Test(
        "Whatever a node calls its folder for temporary files, the record is whole",
        arguments: ["-", ".", "-P", "a b", "/none/a b", "/dev/null", "tmp", "/tmp/./"])
    func folders(_ name: String) async throws {
        let bench = try WrapperBench()
        var payload = Payload(arguments: [], timeout: 20)
        payload.files = [
            try await bench.file(
                "#!/bin/sh\necho out; echo err >&2\n", .program, name: "script", mode: 0o700)
        ]
        let ended = try await stream(
            payload, bench, files: bench.contents(payload.files),
            environment: ["TMPDIR": name, "CDPATH": "/", "OLDPWD": "/"])
        let record = try Record(bytes: ended.stdout, key: Self.key)
        #expect(record.stdout == Array("out\n".utf8))
        #expect(record.stderr == Array("err\n".utf8))
        #expect(ended.stderr == "")
    }

    @Test("A node without any room says so by the exit code")
    func noRoom() async throws {
        let bench = try WrapperBench()
        let script = JobScript.text(
            payload: Payload(arguments: ["true"], timeout: 20), key: Self.key,
            carrier: .stream(files: [:])
        )
        // Root can write to every folder, so both are others here.
        .replacing("/dev/shm", with: "/none")
        let ended = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", script],
            environment: .inherit.updating(["TMPDIR": "/proc"]),
            output: .string(limit: 4_096), error: .discarded)
        #expect(ended.terminationStatus == .exited(Int32(WrapperFailure.notWritable.rawValue)))
        // It never began: fleet may try it again.
        #expect(ended.standardOutput == "")
        withExtendedLifetime(bench) {}
    }

    @Test("A TERM for the step still brings its record back")
    func toldToEnd() async throws {
        let bench = try WrapperBench()
        let script = JobScript.text(
            payload: Payload(
                arguments: ["sh", "-c", "echo up; touch \(bench.folder.path)/up; sleep 50"],
                timeout: 40),
            key: Self.key, carrier: .stream(files: [:]))
        let ended = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: [
                "-c", WrapperBench.tellToEnd, "sh", script, "\(bench.folder.path)/up",
            ],
            input: .none, output: .bytes(limit: 1 << 16), error: .discarded)
        let record = try Record(bytes: ended.standardOutput, key: Self.key)
        #expect(record.ended)
        #expect(record.stdout == Array("up\n".utf8))
    }
}
