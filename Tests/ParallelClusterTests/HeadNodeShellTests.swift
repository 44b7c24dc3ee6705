import ArgumentParser
import Foundation
@testable import ParallelCluster
import Synchronization
import Testing
import TestSupport

/// Commands on the head node, as the Session Manager's answers tell of them.
@Suite("what is run on the head node")
struct HeadNodeShellTests {
    /// A session whose programs answer by a function.
    private static func session(
        _ answer: @escaping @Sendable (String, [String]) -> ProgramAnswer
    ) throws -> ClusterSession {
        try ClusterSession(
            try ClusterOptions.parse(["-n", "ml", "-r", "us-east-1"]), environment: [:],
            runner: ScriptedRunner(answer))
    }

    /// The end of a command whose invocation is answered like this, one answer after the other.
    private static func ended(
        _ answers: [ProgramAnswer], line: String = "true"
    ) async throws -> (ended: HeadNodeShell.Ended, calls: [[String]]) {
        let asked = Mutex<[[String]]>([])
        let session = try session { _, arguments in
            let before = asked.withLock { calls in
                calls.append(arguments)
                return calls.count - 2
            }
            return arguments[1] == "send-command"
                ? ProgramAnswer(code: 0, output: #"{"Command": {"CommandId": "c-1"}}"#)
                : answers[min(before, answers.count - 1)]
        }
        let ended = try await HeadNodeShell(session, instance: "i-1").run(line)
        return (ended, asked.withLock { $0 })
    }

    private static func invocation(_ fields: String) -> ProgramAnswer {
        ProgramAnswer(code: 0, output: "{\(fields)}")
    }

    /// Only what AWS calls a success has ended well.
    @Test(arguments: [
        (#""Status": "Success", "ResponseCode": 0"#, 0, "nothing (exit code 0)"),
        (#""Status": "Success", "ResponseCode": 0, "StandardOutputContent": "a\nb\n""#, 0, "b"),
        (
            #""Status": "Failed", "ResponseCode": 3, "StandardErrorContent": "\nno such\n""#, 3,
            "no such"
        ),
        (
            #""Status": "Failed", "ResponseCode": 1, "StandardOutputContent": "a", "StandardErrorContent": "b""#,
            1, "b"
        ),
        (#""Status": "TimedOut""#, -1, "the Session Manager says TimedOut"),
        (#""Status": "TimedOut", "ResponseCode": 137"#, 137, "nothing (exit code 137)"),
        (#""Status": "Cancelled", "ResponseCode": 0"#, -1, "the Session Manager says Cancelled"),
        (#""Status": "", "ResponseCode": 0"#, -1, "the Session Manager says "),
    ])
    func ends(_ fields: String, _ code: Int, _ words: String) async throws {
        let found = try await Self.ended([Self.invocation(fields)]).ended
        #expect(found.code == code && found.lastWords == words)
        #expect((Verification.verdict(code: found.code) == .ok) == (code == 0))
    }

    /// The line reaches the agent as one command, whatever is in it, with fleet's and Slurm's places in PATH.
    @Test(arguments: ["sinfo -h -N -o '%N %t'", "echo \"a\\b\" $X\n;", "\u{1f600}\u{0}"])
    func sent(_ line: String) async throws {
        let found = try await Self.ended(
            [Self.invocation(#""Status": "Success", "ResponseCode": 0"#)], line: line)
        let first = try #require(found.calls.first)
        #expect(first.prefix(4) == ["ssm", "send-command", "--instance-ids", "i-1"])
        let place = try #require(first.firstIndex(of: "--parameters"))
        let text = first[first.index(after: place)]
        let document = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let parameters = try #require(document as? [String: [String]])
        #expect(parameters["commands"] == ["PATH=$PATH:/usr/local/bin:/opt/slurm/bin; " + line])
        #expect(parameters["executionTimeout"] == ["1800"])
    }

    /// A refusal is no end of the command.
    @Test func refusedInvocations() async throws {
        let refused = ProgramAnswer(code: 254, output: "", errors: "AccessDenied")
        let error = await #expect(throws: ClusterError.self) { try await Self.ended([refused]) }
        #expect(error?.kind == .permission && error?.what == "aws ssm get-command-invocation")
    }

    /// A verification's way to a fleet on the head node: the commands that ran there, and what was thrown.
    ///
    /// - Parameters:
    ///   - words: The options.
    ///   - codes: How the commands on the head node end, by a word in them.
    ///   - sum: What sha256sum says.
    ///   - copied: How `aws s3 cp` ends.
    /// - Returns: Both.
    /// - Throws: What makes no session.
    private static func transfer(
        _ words: [String], codes: [String: Int], sum: ProgramAnswer, copied: ProgramAnswer
    ) async throws -> (lines: [String], error: ClusterError?) {
        let lines = Mutex<[String]>([])
        let session = try session { program, arguments in
            if program == "sha256sum" { return sum }
            if arguments[0] == "s3" { return copied }
            guard arguments[1] == "send-command" else {
                let last = lines.withLock { $0.last ?? "" }
                let code = codes.first { last.contains($0.key) }?.value ?? 0
                return ProgramAnswer(
                    code: 0,
                    output:
                        #"{"Status": "\#(code == 0 ? "Success" : "Failed")", "ResponseCode": \#(code), "StandardErrorContent": "said\n"}"#
                )
            }
            lines.withLock { $0.append(arguments.last { $0.contains("commands") } ?? "") }
            return ProgramAnswer(code: 0, output: #"{"Command": {"CommandId": "c-1"}}"#)
        }
        let shell = try HeadNodeShell(session, instance: "i-1")
        do {
            try await FleetTransfer(session, try TransferOptions.parse(words)).expectFleet(shell)
            return (lines.withLock { $0 }, nil)
        } catch {
            return (lines.withLock { $0 }, error as? ClusterError)
        }
    }

    private static let package = ["--package", "/d/f.deb", "--via", "s3://b/p"]
    private static let sum = ProgramAnswer(
        code: 0, output: String(repeating: "a", count: 64) + "  /d/f.deb\n")
    private static let copied = ProgramAnswer(code: 0, output: "")

    @Test func aFleetThatIsThereIsLeft() async throws {
        let found = try await Self.transfer([], codes: [:], sum: Self.sum, copied: Self.copied)
        #expect(found.error == nil && found.lines.count == 1)
    }

    @Test(
        arguments: [
            (
                [], ["command -v": 1], sum, copied, 1, 3,
                "fleet: is not on the head node -> fleet cluster verify --package FILE --via s3://BUCKET/PREFIX puts it there"
            ),
            (
                package, ["command -v": 1],
                ProgramAnswer(
                    code: 1, output: "", errors: "sha256sum: /d/f.deb: No such file or directory\n"),
                copied, 1, 64,
                "/d/f.deb: cannot be read: sha256sum: /d/f.deb: No such file or directory -> --package FILE is a file on this machine"
            ),
            (
                package, ["command -v": 1], ProgramAnswer(code: 0, output: "abc  f\n"), copied, 1,
                64,
                "/d/f.deb: cannot be read: no checksum -> --package FILE is a file on this machine"
            ),
            (
                package, ["command -v": 1], sum,
                ProgramAnswer(code: 1, output: "", errors: "upload failed: AccessDenied\n"), 1, 3,
                "aws s3 cp: upload failed: AccessDenied -> ask for that permission, or --profile"
            ),
            (
                package, ["command -v": 1, "s3 cp": 1], sum, copied, 2, 1,
                "fleet: could not be put on the head node: said -> the head node's role must be able to read s3://b/p/f.deb, and aws must be there"
            ),
            (
                package, ["command -v": 1, "fleet --version": 126], sum, copied, 3, 1,
                "fleet: was put on the head node, and does not start: said -> another --package, for that system and its Slurm"
            ),
        ] as [([String], [String: Int], ProgramAnswer, ProgramAnswer, Int, Int32, String)])
    func transfers(
        _ words: [String], _ codes: [String: Int], _ sum: ProgramAnswer, _ copied: ProgramAnswer,
        _ count: Int, _ code: Int32, _ says: String
    ) async throws {
        let found = try await Self.transfer(words, codes: codes, sum: sum, copied: copied)
        #expect(found.error?.description == says && found.error?.exitCode == code)
        #expect(found.lines.count == count, "\(found.lines)")
    }

    /// The lines that are run there are one word each for whatever AWS calls a file system.
    @Test func stepsAreQuoted() {
        let steps = Verification.steps(lustre: "fs-1@tcp:/a'b;reboot")
        #expect(
            steps.map(\.name) == ["doctor", "mount-lustre", "check-mount", "health"])
        #expect(
            steps[1].line
                == #"fleet mount-lustre --include-head --source 'fs-1@tcp:/a'\''b;reboot'"#)
        #expect(Verification.steps(lustre: nil)[1].line == "fleet mount-lustre --include-head")
    }

    @Test(arguments: [
        ("doctor", 0, "fleet 1\nok a\nok b\n", "2 checks, none fails"),
        ("doctor", 0, "", "0 checks, none fails"),
        ("doctor", 1, "fleet 1\nfail a\n", "fail a"),
        ("health", 0, "x\n2 nodes ok\n", "2 nodes ok"),
        ("health", 0, "", "nothing (exit code 0)"),
    ])
    func lastWords(_ step: String, _ code: Int, _ output: String, _ words: String) {
        let ended = HeadNodeShell.Ended(code: code, output: output, errors: "", status: "Success")
        #expect(Verification.words(of: ended, .init(name: step, line: "")) == words)
    }

    /// Fleet's own codes: only 0 and 1 are a judgement.
    @Test func verdicts() {
        #expect(Verification.verdict(code: 0) == .ok && Verification.verdict(code: 1) == .fail)
        for code in [-1, 2, 3, 64, 126, 127, 130, 137, 255, Int.max] {
            #expect(Verification.verdict(code: code) == .unknown)
        }
    }
}
