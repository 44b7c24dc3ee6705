import ArgumentParser
@testable import Commands
@testable import Configuration
@testable import FanOut
@testable import LustreCheck
@testable import Reports
import SlurmModel
@testable import Sweeps
import SystemPackage
@testable import Terminal
import Testing

@Suite struct CommandLineTests {
    @Test(arguments: [
        ["status", "--watch"], ["status", "--watch", "5", "-p", "gpu"],
        ["status", "--format", "jsonl", "--watch"], ["status", "--nodes-view", "--sort", "-load"],
        ["status", "--columns", "node,state", "--format", "csv"], ["status", "--group-by", "gpu"],
        ["node", "gpu-1"], ["node", "gpu-[1-2]", "gpu-4"],
        ["status"], ["status", "-n", "gpu-[1-4]", "--format", "json"],
        ["status", "-p", "gpu,cpu", "--state", "idle,drain"], ["gpu-check", "--gpus"],
        ["gpu-check", "--wait", "5m", "--strict", "--ignore-not-run", "--run-dir", "/r"],
        ["mount-lustre", "--source", "10.1.30.23@tcp:/fs", "--options", "ro", "--include-head"],
        ["check-mount", "--mount-point", "/fsx", "--format", "jsonl"],
        ["check-mount", "--path", "/a,/b", "--path", "/c", "--type", "nfs", "--wide"],
        ["check-mount", "--expect", "data,logs", "--canary", "--canary-sample", "10"],
        ["check-mount", "--explain", "mount.hung"],
        ["status", "gpu-1"], ["nodes", "a"], ["health", "gpu-[1-2]", "gpu-4"], ["gpu-check", "a"],
        ["check-mount", "a"], ["mount-lustre", "a", "--dry-run"], ["check", "a", "b"],
        ["run", "--", "uptime"], ["nodes"], ["run", "-n", "-", "--stdin", "f", "--", "x"],
        ["nodes", "--count"], ["nodes", "-n", "-", "--expand"],
        ["run", "-x", "a!b", "--gres", "gpu:8", "--limit", "2", "--random", "--", "x"],
        ["run", "--", "uptime"], ["run", "--format", "csv", "--", "uptime"],
        ["config"], ["config", "--format", "json"],
        ["history"], ["history", "gpu-[1-4]", "--check", "gpu-check", "--since", "7d"],
        ["history", "--changes", "--limit", "0", "--format", "jsonl", "--run-dir", "/r"],
        ["run", "-n", "a", "-n", "b", "--", "sh", "-c", "x | y", "--help"],
        ["--help"], ["--version"], ["help", "run"], ["run", "--help"],
    ])
    func good(_ arguments: [String]) {
        #expect(ParsedLine.exitCode(arguments) == 0)
    }

    @Test(arguments: [
        ["frobnicate"], ["check"], ["check", "a", "b", "--diff"],
        ["check", "a", "b", "--format", "json"],
        ["check", "--init", "../x"], ["health", "--local", "gpu-1"], ["status", "--format", "xml"],
        ["run"],
        ["status", "--watch", "0"], ["status", "--watch", "--format", "json"],
        ["status", "--watch", "--format", "csv"], ["status", "--group-by", "colour"], ["node"],
        ["status", "--group-by", "gpu", "--sort", "node"],
        ["status", "--columns", "node", "--format", "json"],
        ["run", "--"], ["run", "uptime"], ["run", "--", ""], ["run", "--shell", " "],
        ["run", "-n", "-", "--stdin", "-", "--", "x"], ["run", "-x", "-", "--script", "-"],
        ["run", "--script", "-", "--stdin", "-"], ["run", "--stdin", "-", "--copy", "-:/x"],
        ["run", "--timeout", "0", "--", "x"],
        ["run", "--timeout", "1d", "--", "x"], ["run", "--nodes"], ["gpu-check", "--gpu"],
        ["check-mount", "--options", "ro"], ["status", "--strict"],
        ["check-mount", "--canary-sample", "10"], ["check-mount", "--canary-dir", "x"],
        ["check-mount", "--canary", "--canary-sample", "0"],
        ["gpu-check", "--format", "xml"],
        ["gpu-check", "--wait=-1"], ["nodes", "--count", "--expand"], ["nodes", "--limit", "x"],
        ["nodes", "--count", "--format", "json"], ["nodes", "--failed-from"],
        ["gpu-check", "--format", "xml"], ["config", "--format", "csv"], ["config", "x"],
        ["history", "a", "b"], ["history", "--since", "90"], ["history", "--limit=-1"],
        ["history", "--check", ""], ["history", "--format", "prometheus"],
        ["gpu-check", "--wait=-1"],
    ])
    func bad(_ arguments: [String]) {
        #expect(ParsedLine.exitCode(arguments) == ExitCodes.usage)
    }

    @Test func commandIsTakenAsGiven() throws {
        let parsed = try FleetCommand.parseAsRoot(
            ["run", "--timeout", "5m", "--", "sh", "-c", "echo $HOME", "--", "--format", "json"])
        let command = try #require(parsed as? RunCommand)
        #expect(command.command == ["sh", "-c", "echo $HOME", "--", "--format", "json"])
        #expect(command.timeout == Seconds(300))
        #expect(command.options.format == .table && command.options.wait == nil)
    }

    @Test func exitCodes() {
        func code(_ kind: SlurmError.Kind) -> Int32 {
            ExitCodes.code(for: SlurmError(kind: kind, attempt: "", cause: ""))
        }
        #expect(code(.input) == 64)
        for kind: SlurmError.Kind in [
            .configuration, .controller, .permission, .refused, .limit, .temporary, .other,
        ] {
            #expect(code(kind) == 3)
        }
        #expect(ExitCodes.code(for: SelectionError.unknownNodes(["x"])) == 64)
        #expect(ExitCodes.code(for: UsageError("x")) == 64)
        #expect(ExitCodes.code(for: ConfigurationError(origin: "f", cause: "c")) == 3)
        #expect(ExitCodes.code(for: CancellationError()) == 3)
        #expect(ExitCodes.code(for: PayloadFileError(path: "f", cause: "c")) == 64)
        #expect(
            ExitCodes.code(for: OutputFolderError(path: "f", cause: "c", remedy: "r")) == 3)
        #expect(OutputError(cause: Errno.brokenPipe).isClosedReader)
        #expect(
            OutputError(cause: Errno.noSpace).description
                == "cannot write to standard output: No space left on device")
        #expect(!OutputError(cause: Errno.noSpace).isClosedReader)
    }

    private func mount(
        _ arguments: [String], _ configuration: FleetConfiguration = FleetConfiguration()
    ) throws -> LustreSettings {
        try MountOptions.parse(arguments).settings(configuration: configuration)
    }

    @Test(arguments: [
        "10.1.30.23@tcp:/fsname", "10.0.0.1@tcp:10.0.0.2@tcp:/fs", "10.0.0.1@tcp,10.0.1.1@o2ib:/fs",
        "fs-0123.fsx.us-east-1.amazonaws.com@tcp:/czrc3amv", "mgs@tcp:/fs/sub/dir", "mgs:/f-s_1",
    ])
    func goodSources(_ source: String) throws {
        #expect(try mount(["--source", source]).source == source)
    }

    @Test(arguments: [
        "", "/lustre", "host", "host:", "host:/", "host:fs", "host:/ninechars", ":/fs",
        "host@tcp:/fs name", "host@tcp:/fs;reboot", "$(x)@tcp:/fs", "host@tcp:/fs\n", "a b:/fs",
        "host@tcp://fs", "host:/fs/a;b", "host:/fs/*", "host:/fs/a?", "host:/fs/[a]",
        "host:/fs/a'b",
    ])
    func badSources(_ source: String) {
        #expect(throws: UsageError.self) { try mount(["--source", source]) }
    }

    @Test(
        arguments: [
            ("/lustre", "/lustre"), ("/lustre/", "/lustre"), ("/lustre//", "/lustre"),
            ("/mnt//fsx", "/mnt/fsx"), ("lustre", nil), ("", nil), ("/", nil), ("//", nil),
            ("/a b", nil), ("/a\nb", nil), ("/a/../b", nil), ("/./a", nil), ("/a\\040b", nil),
            ("/a;b", nil), ("/a*", nil), ("/a?", nil), ("/[a]", nil), ("/a'b", nil), ("/$a", nil),
        ] as [(String, String?)])
    func mountPoints(_ given: String, _ point: String?) {
        #expect((try? mount(["--mount-point", given]))?.mountPoint == point)
    }

    @Test func mountSettings() throws {
        #expect(try mount([]) == LustreSettings())
        var configuration = FleetConfiguration()
        configuration[.mountPoint] = SettingValue(["/site"], from: .standard)
        #expect(try mount([], configuration).points == ["/site"])
        configuration[.fileSystemTypes] = SettingValue(["ext4"], from: .standard)
        #expect(try mount([], configuration).mountPoint == "/site")
        #expect(try mount([], configuration).types == ["ext4"])
        #expect(try mount(["--mount-point", "/mine"], configuration).mountPoint == "/mine")
        let several = try mount(["--path", "/a,/b/", "--mount-point", "/b", "--path", "/c"])
        #expect(several.points == ["/a", "/b", "/c"] && several.mountPoint == "/a")
        #expect(throws: UsageError.self) { try mount(["--path", "/a,"]) }
        #expect(throws: UsageError.self) { try mount(["--path", "/a,/b", "--source", "h:/f"]) }
    }

    private func check(
        _ arguments: [String], _ configuration: FleetConfiguration = FleetConfiguration()
    ) throws -> LustreSettings {
        let command = try CheckMountCommand.parse(arguments)
        return try command.flags.settings(mount: command.mount, configuration: configuration)
    }

    @Test func checkMountSettings() throws {
        #expect(try check([]) == LustreSettings())
        #expect(try check(["--type", "lustre"]) == LustreSettings())
        let nfs = try check(["--type", "nfs,ext4", "--path", "/fsx", "--source", "10.0.1.1:/fsx/a"])
        #expect(nfs.otherTypes == ["nfs", "ext4"] && nfs.source == "10.0.1.1:/fsx/a")
        var configuration = FleetConfiguration()
        configuration[.expectedFolders] = SettingValue(["data"], from: .standard)
        #expect(try check([], configuration).expectedFolders == ["data"])
        let expected = try check(["--expect", "a,b/c", "--expect", "d"], configuration)
        #expect(expected.expectedFolders == ["a", "b/c", "d"])
        let canary = try check(["--canary", "--canary-sample", "8", "--canary-dir", "tmp/x"])
        #expect(canary.canary == MountCanary(sample: 8, folder: "tmp/x"))
    }

    @Test(
        "Words that would leave the mount point, or reach a shell",
        arguments: [
            ["--expect", "../etc"], ["--expect", "/etc"], ["--expect", "a b"], ["--expect=-x"],
            ["--expect", "a,"], ["--canary", "--canary-dir", "a/../.."], ["--type", "autofs"],
            ["--type", "a b"], ["--type", "nfs", "--source", "$(x)"], ["--path", "/a*"],
        ])
    func badMountFlags(_ arguments: [String]) {
        #expect(throws: UsageError.self) { try check(arguments) }
    }
}
