import ArgumentParser
@testable import Configuration
@testable import FanOut
@testable import Sweeps
@testable import Terminal
import Testing
@testable import Verdicts

/// The flags of every run: what is refused, in which words, and what the others mean.
@Suite("Flags of runs") struct FanOutOptionsTests {
    private static func message<Options: ParsableArguments>(
        _ type: Options.Type, _ arguments: [String]
    ) -> String {
        do {
            _ = try Options.parse(arguments)
            return ""
        } catch {
            #expect(Options.exitCode(for: error).rawValue == ExitCodes.usage)
            return Options.message(for: error)
        }
    }

    @Test(
        "Numbers out of bounds are refused with the bounds",
        arguments: [
            (["--fanout", "4097"], "--fanout is a number from 1 to 4096."),
            (["--group", "0"], "--group is a number from 1 to 4096."),
            (["--group", "9223372036854775807"], "--group is a number from 1 to 4096."),
            (["--stop-after=-9223372036854775808"], "--stop-after is a number from 1 on."),
            (["--retry", "101"], "--retry is a number from 0 to 100."),
            (["--fanout", "1", "--group", "4096", "--retry", "100", "--stop-after", "1"], ""),
            (["--fanout", "4096", "--group", "1", "--retry", "0"], ""),
        ])
    func bounds(_ arguments: [String], _ message: String) {
        #expect(Self.message(FanOutOptions.self, arguments) == message)
    }

    @Test(
        "A value that cannot be read is named with its flag",
        arguments: [
            ("--wait", "1d"), ("--via", "Job"), ("--on-busy", "kill"), ("--batch", "10,"),
            ("--batch", "9223372036854775808"), ("--fanout", "64k"), ("--format", "yaml"),
        ])
    func unreadable(_ flag: String, _ value: String) {
        let message = Self.message(FanOutOptions.self, [flag, value])
        #expect(message.contains("'\(value)'") && message.contains(flag), "\(message)")
    }

    @Test("Nothing is in waves unless it was asked for; --stop-after alone sends a canary first")
    func waves() throws {
        func sizes(_ arguments: String...) throws -> [Int]? {
            try FanOutOptions.parse(arguments).waves?.waves(of: Array(0..<10)).map(\.count)
        }
        #expect(try sizes() == nil)
        #expect(try sizes("--retry", "3") == nil)
        #expect(try sizes("--stop-after", "1") == [1, 9])
        #expect(try sizes("--batch", "4") == [4, 4, 2])
        #expect(try sizes("--batch", "4", "--stop-after", "9") == [4, 4, 2])
        #expect(try sizes("--batch", "1,25%") == [1, 3, 3, 3])
        // More than there are is all of them, however many more.
        #expect(try sizes("--batch", "9223372036854775807") == [10])
    }

    @Test(
        "Names of jobs take what Slurm, a shell and a file name take",
        arguments: [
            ("nightly-7.a_B", true), ("-", true), ("", false), ("a b", false), ("a/b", false),
            ("ä", false), ("a\n", false), ("a\r\n", false), ("$(x)", false), ("a,b", false),
            ("٣", false), ("a%j", false), ("a\u{301}", false),
        ])
    func jobNames(_ name: String, _ isTaken: Bool) {
        #expect(
            Self.message(
                JobFlags.self, name.isEmpty ? ["--job-name", ""] : ["--job-name=\(name)"])
                == (isTaken ? "" : "--job-name takes letters, digits, '-', '_' and '.'."))
    }

    @Test("What only a job has is known to have been asked for, flag by flag")
    func jobFlags() throws {
        #expect(try !JobFlags.parse([]).areGiven)
        for flag in [
            ["--account", "a"], ["--qos", "q"], ["--job-gres", "gpu:1"], ["--job-memory", "4G"],
            ["--exclusive"], ["--job-name", "n"],
        ] { #expect(try JobFlags.parse(flag).areGiven, "\(flag)") }
        #expect(try JobFlags.parse(["--job-memory", "4G"]).jobMemory?.count == 4_096)
        for size in ["0", "-1", "4X", "99999999999999999999T", "65T", "٤"] {
            #expect(Self.message(JobFlags.self, ["--job-memory=\(size)"]) != "", "\(size)")
        }
    }

    // MARK: - Which findings count

    private static let codes = ["gpu.xid", "gpu.ecc", "mount.hung"]

    @Test(
        "What no code begins with is refused: a misspelt one must not leave all or none",
        arguments: [
            (
                ["--only", "gpu.xidd"],
                "--only gpu.xidd: no finding's code begins so; --explain all lists them."
            ),
            (
                ["--skip", "GPU"],
                "--skip GPU: no finding's code begins so; --explain all lists them."
            ),
            (
                ["--only", "gpu", "--skip", "mount.hung.x"],
                "--skip mount.hung.x: no finding's code begins so; --explain all lists them."
            ),
            (["--only", ""], "--only '' names nothing."),
            (["--skip", " ,\t"], "--skip ' ,\t' names nothing."),
        ])
    func codes(_ arguments: [String], _ message: String) throws {
        let flags = try ResultFlags.parse(arguments)
        #expect(throws: UsageError(message)) {
            try flags.policy(configuration: FleetConfiguration(), codes: Self.codes)
        }
    }

    @Test("Lists of codes are read as they are written, in order")
    func lists() throws {
        let flags = try ResultFlags.parse([
            "--only", "gpu.xid, mount", "--only", "gpu", "--skip", "mount.hung\ngpu.ecc",
        ])
        let policy = try flags.policy(configuration: FleetConfiguration(), codes: Self.codes)
        #expect(policy.only == ["gpu.xid", "mount", "gpu"])
        #expect(policy.skip == ["mount.hung", "gpu.ecc"])
        #expect(try ResultFlags.words([], of: "--x") == [])
    }
}
