import ArgumentParser
@testable import Commands
@testable import FanOut
import Foundation
@testable import Sweeps
import SystemPackage
@testable import Terminal
import TestSupport
import Testing

@Suite struct PayloadBuilderTests {
    private func payload(
        _ arguments: String..., command: [String] = [], environment: [String: String] = [:]
    ) async throws -> Payload {
        try await payload(arguments, command: command, environment: environment)
    }

    private func payload(
        _ arguments: [String], command: [String], environment: [String: String] = [:]
    ) async throws -> Payload {
        try await PayloadBuilder(
            flags: PayloadFlags.parse(arguments), command: command, timeout: 60,
            environment: environment
        ).payload()
    }

    @Test func command() async throws {
        let plain = try await payload(command: ["a", "b c", ""])
        #expect(plain == Payload(arguments: ["a", "b c", ""], timeout: 60, beginsAtHome: true))
        #expect(!plain.isTemplate)
        #expect(try await payload("--template", command: ["{node}"]).isTemplate)
    }

    @Test func shell() async throws {
        let line = try await payload("--shell", "a | b 'c'")
        #expect(line.arguments == ["/bin/sh", "-c", "a | b 'c'", "fleet"])
        #expect(line.files == [])
    }

    @Test func script() async throws {
        let folder = try TemporaryFolder(["my script.sh": "abc"])
        let path = folder.path + "/my script.sh"
        let made = try await payload("--script", path, command: ["--fast", "x"])
        #expect(made.arguments == ["--fast", "x"])
        #expect(
            made.files == [
                PayloadFile(
                    role: .program, name: "script", source: path, mode: 0o700,
                    // What sha256sum(1) says of these three bytes, from FIPS 180-4's examples.
                    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                    size: 3)
            ])
    }

    @Test func copies() async throws {
        let folder = try TemporaryFolder(["a:b": "x", "c\\d": ""])
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o640], ofItemAtPath: folder.path + "/a:b")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link", withDestinationPath: "a:b")
        let made = try await payload(
            "--copy", "\(folder.path)/a:b:/etc/x", "--copy", "\(folder.path)/c\\d:/y/",
            "--copy", "\(folder.path)/link:/z")
        // Copying alone is a purpose of its own.
        #expect(made.arguments == ["true"])
        #expect(made.files.map(\.name) == ["copy-1", "copy-2", "copy-3"])
        #expect(made.files.map(\.destination) == ["/etc/x", "/y/", "/z"])
        #expect(made.files.map(\.mode).first == 0o640)
        // A link stands for its file.
        #expect(made.files[2].mode == 0o640)
        #expect(made.files.map(\.size) == [1, 0, 1])
        #expect(made.files[0].sha256 == made.files[2].sha256)
        // The empty file's, although its name makes sha256sum(1) mark the line.
        #expect(
            made.files[1].sha256
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            try await payload(["--copy", "\(folder.path)/a:b:/x"], command: ["y"]).arguments == [
                "y"
            ])
    }

    @Test func variables() async throws {
        let made = try await payload(
            "--env", "A=1", "--env", "B=x=y z", "--env", "HERE", "--env", "_E=",
            command: ["x"], environment: ["HERE": "it's\n"])
        #expect(made.environment == ["A=1", "B=x=y z", "HERE=it's\n", "_E="])
    }

    @Test(
        arguments: [
            ([], [], "Give a command after --, as in: fleet run -- uptime"),
            (["--env", "A=1"], [], "Give a command after --, as in: fleet run -- uptime"),
            (
                ["--stdin", "/etc/passwd"], [],
                "Give a command after --, as in: fleet run -- uptime"
            ),
            (["--shell", "x", "--script", "y"], [], "--shell and --script exclude each other."),
            (["--script", ""], [], "--script '' names no file."),
            (["--stdin", ""], ["x"], "--stdin '' names no file."),
            (["--shell", "x"], ["y"], "--shell takes the whole line; give no command after --."),
            (["--shell", ""], [], "--shell '' says nothing to run: is a variable unset?"),
            (["--shell", " \t"], [], "--shell ' \t' says nothing to run: is a variable unset?"),
            ([], ["", "x"], "The command after -- is empty: is a variable unset?"),
            (["--env", "=1"], ["x"], "--env '=1': '' is no name of a variable."),
            (["--env", "1A=1"], ["x"], "--env '1A=1': '1A' is no name of a variable."),
            (["--env", "a b=1"], ["x"], "--env 'a b=1': 'a b' is no name of a variable."),
            (["--env", "Ä=1"], ["x"], "--env 'Ä=1': 'Ä' is no name of a variable."),
            (
                ["--env", "NONE"], ["x"],
                "--env NONE: it is not set here; give it a value: --env NONE=..."
            ),
        ] as [([String], [String], String)])
    func refused(_ arguments: [String], _ command: [String], _ message: String) async {
        await #expect(throws: UsageError(message)) {
            try await payload(arguments, command: command)
        }
    }

    @Test(arguments: ["", ":", "a", "a:", ":/b", "a:b", "/a:./b"])
    func refusedCopies(_ pair: String) async {
        await #expect(throws: UsageError.self) { try await payload(["--copy", pair], command: []) }
    }

    @Test(
        arguments: [
            ("/no/such/file", "No such file or directory"), ("/", "it is no regular file"),
            ("/dev/null", "it is no regular file"),
        ])
    func unreadable(_ path: String, _ cause: String) async {
        await #expect(throws: PayloadFileError(path: path, cause: cause)) {
            try await payload(["--script", path], command: [])
        }
    }

    // MARK: - Into the run directory

    @Test func intoRunDirectory() async throws {
        let folder = try TemporaryFolder(["x.sh": "abc"])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link", withDestinationPath: "x.sh")
        let directory = try RunDirectory.create(
            base: folder.path + "/runs", id: RunID("r1"), nonce: "x")
        let made = try await payload(["--script", folder.path + "/link"], command: [])
        try PayloadFiles.copy(made.files, into: directory)
        let file = "\(directory.files)/script"
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "abc")
        #expect(
            try FileManager.default.attributesOfItem(atPath: file)[.type] as? FileAttributeType
                == .typeRegular)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/x.sh"))
        var gone = made.files
        gone[0].source = folder.path + "/none"
        gone[0].name = "other"
        let error = try #require(throws: RunDirectoryError.self) {
            try PayloadFiles.copy(gone, into: directory)
        }
        #expect(error.cause == "No such file or directory")
    }

    @Test("A file whose name looks like fleet's own stays where it is")
    func userFiles() async throws {
        let folder = try TemporaryFolder(["fleet-stdin-mine": "mine"])
        let directory = try RunDirectory.create(
            base: folder.path + "/runs", id: RunID("r1"), nonce: "x")
        let made = try await payload(["--copy", folder.path + "/fleet-stdin-mine:/y"], command: [])
        try PayloadFiles.copy(made.files, into: directory)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/fleet-stdin-mine"))
        #expect(FileManager.default.fileExists(atPath: directory.files + "/copy-1"))
    }

    @Test(
        "Standard input that is kept has no name that could stay behind", arguments: ["", "a\n\0b"])
    func spooled(_ text: String) async throws {
        let folder = try TemporaryFolder(["in": text])
        let input = try FileDescriptor.open(FilePath(folder.path + "/in"), .readOnly)
        defer { try? input.close() }
        let spooled = try await PayloadFiles.spool(input)
        #expect(spooled.size == text.utf8.count)
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: spooled.path)
        #expect(link.hasSuffix(" (deleted)"))
        var file = PayloadFile(
            role: .standardInput, name: "stdin", source: spooled.path, mode: 0o600,
            sha256: try await PayloadFiles.sha256(of: spooled.path), size: spooled.size)
        file.isSpooled = true
        #expect(
            try await PayloadFiles.sha256(of: folder.path + "/in") == file.sha256)
        let directory = try RunDirectory.create(
            base: folder.path + "/runs", id: RunID("r1"), nonce: "x")
        try PayloadFiles.copy([file], into: directory)
        #expect(
            try String(contentsOfFile: directory.files + "/stdin", encoding: .utf8) == text)
        #expect(file.baseName == "stdin")
    }
}
