@testable import FanOut
import Foundation
import SlurmModel
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// What travels with a payload: the program, its standard input, copies.
@Suite("Wrapper: files", .timeLimit(.minutes(20)))
struct WrapperFilesTests {
    /// Both ways in which files get to a node.
    enum Way: CaseIterable, Sendable { case directory, stream }

    /// Runs a payload whose files lie in the bench's run directory.
    private func record(
        _ payload: Payload, _ bench: WrapperBench, _ way: Way = .directory,
        environment: [String: String] = [:]
    ) async throws -> Record {
        switch way {
        case .directory: return try await bench.record(payload, environment: environment)
        case .stream:
            let ended = try await bench.run(
                payload, carrier: .stream(files: bench.contents(payload.files)),
                environment: environment)
            return try Record(bytes: ended.stdout, key: bench.key)
        }
    }

    private func payload(_ files: [PayloadFile], _ arguments: String...) -> Payload {
        var payload = Payload(arguments: arguments, timeout: 20)
        payload.files = files
        return payload
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    // MARK: - Program and standard input

    @Test("A script runs by its #! line, with its arguments", arguments: Way.allCases)
    func script(_ way: Way) async throws {
        let bench = try WrapperBench()
        let script = try await bench.file(
            "#!/bin/bash\n[[ a == a ]] && printf '<%s>' \"$@\"\n", .program, name: "script",
            mode: 0o700)
        let record = try await record(payload([script], "a b", "", "it's"), bench, way)
        #expect(text(record.stdout) == "<a b><><it's>")
        #expect(record.exit == .exited(0))
    }

    @Test("A script without #! runs too, as a shell would run it", arguments: Way.allCases)
    func scriptWithoutInterpreter(_ way: Way) async throws {
        let bench = try WrapperBench()
        let script = try await bench.file(
            "echo \"plain $1\"\n", .program, name: "script", mode: 0o700)
        let record = try await record(payload([script], "x"), bench, way)
        #expect(text(record.stdout) == "plain x\n")
    }

    @Test("A script whose interpreter is missing is an end of its own, not a broken node")
    func missingInterpreter() async throws {
        let bench = try WrapperBench()
        let script = try await bench.file(
            "#!/no/such/interpreter\n", .program, name: "script", mode: 0o700)
        let record = try await record(payload([script]), bench)
        #expect(record.exit == .exited(127))
        #expect(!record.setupFailed)
    }

    @Test("An empty script does nothing, well", arguments: Way.allCases)
    func emptyScript(_ way: Way) async throws {
        let bench = try WrapperBench()
        let script = try await bench.file("", .program, name: "script", mode: 0o700)
        #expect(try await record(payload([script]), bench, way).exit == .exited(0))
    }

    @Test(
        "Standard input arrives byte for byte", arguments: Way.allCases,
        [
            "", "x", "a\nb\n", "FLEET_FILE_ENDS\n$HOME `id`\n",
            String(repeating: "0123456789", count: 50_000),
        ])
    func standardInput(_ way: Way, _ input: String) async throws {
        let bench = try WrapperBench()
        let stdin = try await bench.file(input, .standardInput, name: "stdin", mode: 0o600)
        let record = try await record(payload([stdin], "cat"), bench, way)
        #expect(record.stdout == Array(input.utf8))
    }

    @Test("Without a file, standard input is empty")
    func noInput() async throws {
        let bench = try WrapperBench()
        let record = try await bench.record(Payload(arguments: ["cat"], timeout: 20))
        #expect(record.stdout == [])
        #expect(record.exit == .exited(0))
    }

    @Test("Where /tmp is mounted noexec, a script is kept elsewhere")
    func noexec() async throws {
        let bench = try WrapperBench()
        let script = try await bench.file(
            "#!/bin/sh\necho \"$0\"\n", .program, name: "script",
            mode: 0o700)
        let inner = JobScript.text(
            payload: payload([script]), key: bench.key, carrier: .directory(bench.directory.path))
        // A mount namespace of its own, in which only /tmp's execution is taken away.
        let folder = bench.folder.path
        let ended = try await Subprocess.run(
            .path("/usr/bin/unshare"),
            arguments: [
                "--mount", "sh", "-c",
                """
                mkdir "$2" && mount -t tmpfs -o noexec fleet "$2" || exit 99
                TMPDIR=$2 sh -c "$1"
                """, "sh", inner, "\(folder)/tmp",
            ], output: .discarded, error: .string(limit: 4_096))
        try #require(
            ended.terminationStatus != .exited(99) && ended.terminationStatus != .exited(1),
            "no right to mount: \(ended.standardError)")
        let record = try bench.directory.record(for: bench.key)
        #expect(!record.setupFailed)
        #expect(record.exit == .exited(0))
        let path = text(record.stdout)
        #expect(path.hasSuffix("/script\n"))
        #expect(!path.hasPrefix(folder))
    }

    // MARK: - Copies

    @Test(
        "A copy arrives whole, with its mode", arguments: Way.allCases,
        [0o644, 0o755, 0o600, 0o4755])
    func copy(_ way: Way, _ mode: Int) async throws {
        let bench = try WrapperBench()
        let target = "\(bench.folder.path)/it's $HOME \\ target"
        let copy = try await bench.file("new\n", .copy, name: "copy-1", to: target, mode: mode)
        let record = try await record(payload([copy], "cat", target), bench, way)
        #expect(text(record.stdout) == "new\n")
        #expect(try self.mode(target) == mode)
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder.path).count == 2)
    }

    @Test("A folder as target takes the file's own name", arguments: ["", "/"])
    func folder(_ slash: String) async throws {
        let bench = try WrapperBench()
        let target = "\(bench.folder.path)/etc"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        let copy = try await bench.file(
            "new\n", .copy, name: "copy-1", to: target + slash, source: "./x/it's $app.conf")
        let record = try await record(payload([copy], "true"), bench)
        #expect(!record.setupFailed)
        #expect(
            try String(contentsOfFile: "\(target)/it's $app.conf", encoding: .utf8) == "new\n")
    }

    @Test("The same file again is left alone; another mode or another text is not")
    func again() async throws {
        for (old, oldMode, stays) in [
            ("new\n", 0o644, true), ("new\n", 0o600, false), ("old\n", 0o644, false),
        ] {
            let bench = try WrapperBench()
            try bench.folder.write(old, to: "target")
            let target = "\(bench.folder.path)/target"
            try FileManager.default.setAttributes(
                [.posixPermissions: oldMode], ofItemAtPath: target)
            let before = try inode(target)
            let copy = try await bench.file("new\n", .copy, name: "copy-1", to: target)
            let record = try await record(payload([copy], "true"), bench)
            #expect(!record.setupFailed)
            #expect(try (inode(target) == before) == stays)
            #expect(try mode(target) == 0o644)
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "new\n")
        }
    }

    private func inode(_ path: String) throws -> UInt64? {
        try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64
    }

    @Test("A link is followed: it stays, and its file is replaced")
    func link() async throws {
        let bench = try WrapperBench()
        try bench.folder.write("old\n", to: "real")
        let link = "\(bench.folder.path)/link"
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "real")
        let copy = try await bench.file("new\n", .copy, name: "copy-1", to: link)
        _ = try await record(payload([copy], "true"), bench)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real")
        #expect(
            try String(contentsOfFile: "\(bench.folder.path)/real", encoding: .utf8) == "new\n")
    }

    @Test("A link that anybody may have made is not followed", arguments: ["", "/"])
    func plantedLink(_ end: String) async throws {
        let bench = try WrapperBench()
        let open = "\(bench.folder.path)/open"
        try bench.folder.write("old\n", to: "real/app.conf")
        try FileManager.default.createDirectory(
            atPath: open, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o1777], ofItemAtPath: open)
        // To a file, and to a folder that would take the file's own name.
        let real = "\(bench.folder.path)/real"
        try FileManager.default.createSymbolicLink(
            atPath: open + "/link",
            withDestinationPath: end.isEmpty ? real + "/app.conf" : real)
        let copy = try await bench.file(
            "new\n", .copy, name: "copy-1", to: open + "/link" + end)
        let record = try await record(payload([copy], "true"), bench)
        #expect(record.setupFailed)
        #expect(
            text(record.stderr) == "\(open)/link is a link in a folder that anybody may write to\n")
        #expect(try String(contentsOfFile: real + "/app.conf", encoding: .utf8) == "old\n")
    }

    @Test("Nor is one in the place of a file on its way, whose name cannot be foreseen")
    func plantedPart() async throws {
        let bench = try WrapperBench()
        try bench.folder.write("old\n", to: "victim")
        try FileManager.default.createSymbolicLink(
            atPath: "\(bench.folder.path)/target.fleet-gpu-1-secret",
            withDestinationPath: "victim")
        let copy = try await bench.file(
            "new\n", .copy, name: "copy-1", to: "\(bench.folder.path)/target")
        let record = try await record(payload([copy], "true"), bench)
        #expect(!record.setupFailed)
        #expect(
            try String(contentsOfFile: "\(bench.folder.path)/victim", encoding: .utf8) == "old\n")
        #expect(
            try String(contentsOfFile: "\(bench.folder.path)/target", encoding: .utf8) == "new\n")
        let script = JobScript.text(
            payload: payload([copy], "true"), key: bench.key, carrier: .directory("/r"))
        #expect(script.contains("/proc/sys/kernel/random/uuid"))
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var target: String
        var reason: String
    }

    @Test(
        "What cannot be put in place is told, and the payload does not begin",
        arguments: [
            Failure(
                testDescription: "a device", target: "/dev/null",
                reason: "/dev/null is there and is no regular file"),
            Failure(
                testDescription: "no folder", target: "/no/such/folder/file",
                reason: "No such file"),
            Failure(
                testDescription: "a file in a folder's place", target: "/etc/passwd/x",
                reason: "Not a directory"),
            Failure(
                testDescription: "a read-only file system", target: "/proc/fleet-test",
                reason: "No such file"),
        ], Way.allCases)
    func refused(_ failure: Failure, _ way: Way) async throws {
        let bench = try WrapperBench()
        let marker = "\(bench.folder.path)/ran"
        let copy = try await bench.file("new\n", .copy, name: "copy-1", to: failure.target)
        let record = try await record(payload([copy], "touch", marker), bench, way)
        #expect(record.setupFailed)
        #expect(!FileManager.default.fileExists(atPath: marker))
        let row = NodeResult(node: "n", record: record, launcher: .job, late: "")
        #expect(row.code == .files)
        let said = text(record.stderr)
        // dash and bash word it differently; what they lack of the system's words is not asked for.
        #expect(
            said.localizedCaseInsensitiveContains(failure.reason) || said.contains("nonexistent"),
            "\(said)")
    }

    @Test("A file that was damaged on its way is not used", arguments: Way.allCases)
    func damaged(_ way: Way) async throws {
        let bench = try WrapperBench()
        let target = "\(bench.folder.path)/target"
        try bench.folder.write("old\n", to: "target")
        var copy = try await bench.file("new\n", .copy, name: "copy-1", to: target)
        copy.sha256 = String(repeating: "0", count: 64)
        let record = try await record(payload([copy], "true"), bench, way)
        #expect(record.setupFailed)
        #expect(text(record.stderr).hasPrefix("copy-1 arrived damaged: its checksum is "))
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "old\n")
        // Nothing half-done stays beside it.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: bench.folder.path).sorted()
                == ["runs", "target"])
    }

    @Test("A file that is gone from the run directory is told")
    func gone() async throws {
        let bench = try WrapperBench()
        let stdin = try await bench.file("x", .standardInput, name: "stdin")
        try FileManager.default.removeItem(atPath: "\(bench.directory.files)/stdin")
        let record = try await record(payload([stdin], "cat"), bench)
        #expect(record.setupFailed)
        #expect(text(record.stderr).contains("No such file or directory"))
    }

    @Test("The first file that fails ends it; those before it stay", arguments: Way.allCases)
    func order(_ way: Way) async throws {
        let bench = try WrapperBench()
        let first = "\(bench.folder.path)/first"
        let third = "\(bench.folder.path)/third"
        let files = [
            try await bench.file("1", .copy, name: "copy-1", to: first),
            try await bench.file("2", .copy, name: "copy-2", to: "/no/such/folder/x"),
            try await bench.file("3", .copy, name: "copy-3", to: third),
        ]
        let record = try await record(payload(files, "true"), bench, way)
        #expect(record.setupFailed)
        #expect(FileManager.default.fileExists(atPath: first))
        #expect(!FileManager.default.fileExists(atPath: third))
    }
}
