import Foundation
@testable import ParallelCluster
import Synchronization
import Testing

/// Answers that are cut, that are something else, and that go on for ever.
@Suite("answers of pcluster and aws that are not as they should be")
struct AnswerTests {
    private static func programs(
        _ answer: @escaping @Sendable (String, [String]) -> ProgramAnswer
    ) -> (pcluster: Pcluster, aws: AWSCommand) {
        let runner = ScriptedRunner(answer)
        return (
            Pcluster(runner: runner, region: "us-east-1"),
            AWSCommand(runner: runner, region: "us-east-1")
        )
    }

    private static func programs(
        _ output: String, code: Int32 = 0, errors: String = ""
    ) -> (pcluster: Pcluster, aws: AWSCommand) {
        programs { _, _ in ProgramAnswer(code: code, output: output, errors: errors) }
    }

    private static let cluster = """
        {"clusterName": "ml", "clusterStatus": "CREATE_COMPLETE", "version": "3.14.0", "region": "us-east-1",
        "headNode": {"instanceId": "i-0123456789abcdef0", "state": "running"}, "tags": [{"key": "\u{e9}"}],
        "failures": [{"failureCode": "X", "failureReason": "\\u001b[2J"}], "creationTime": "2026-11-26T19:41:12.000Z"}
        """

    /// What aws is asked; without the last three an answer says nothing where a part is missing.
    private static func looks(
        of aws: AWSCommand
    ) -> [(what: String, ask: @Sendable () async throws -> Void)] {
        [
            ("aws sts get-caller-identity", { _ = try await aws.account() }),
            ("aws ec2 describe-subnets", { _ = try await aws.subnets(["subnet-1"]) }),
            ("aws ec2 describe-capacity-reservations", { _ = try await aws.reservation("cr-1") }),
            (
                "aws cloudformation describe-stack-events",
                { _ = try await aws.events(ofStack: "ml", most: nil) }
            ),
            ("aws ec2 describe-instances", { _ = try await aws.instances(ofCluster: "ml") }),
            ("aws ec2 get-console-output", { _ = try await aws.console(of: "i-1", most: 3) }),
            ("aws ssm describe-instance-information", { _ = try await aws.sessionManager("i-1") }),
            ("aws fsx describe-file-systems", { _ = try await aws.lustreSource("fs-1") }),
        ]
    }

    /// No part of an answer is taken for the whole: a cluster is never complete because its answer was cut.
    @Test func cutAnywhere() async throws {
        let whole = Array(Self.cluster.utf8)
        #expect(try await Self.programs(Self.cluster).pcluster.describe("ml").isComplete)
        for end in 0..<whole.count {
            let part = String(decoding: whole[..<end], as: UTF8.self)
            let error = await #expect(throws: ClusterError.self) {
                try await Self.programs(part).pcluster.describe("ml")
            }
            #expect(error?.kind == .unclear, "\(end)")
        }
    }

    /// What each method needs is missing, or of another type: unclear, with how it was asked, and code 2.
    @Test(arguments: [
        "{}", "[]", "null", "true", "1e999", #""text""#, #"{"clusters": {}, "Account": 1}"#,
        #"{"version": 3, "status": null, "CapacityReservations": null, "Subnets": {}}"#,
        "<html>503</html>", "\u{feff}{", "{\"clusterName\": \"\u{0}\"", "\u{1b}[31m{}",
    ])
    func nothingIsMadeUp(_ output: String) async {
        let (pcluster, aws) = Self.programs(output)
        let questions: [(what: String, ask: @Sendable () async throws -> Void)] = [
            ("version", { _ = try await pcluster.version() }),
            ("describe-cluster", { _ = try await pcluster.describe("ml") }),
            ("list-clusters", { _ = try await pcluster.list() }),
            ("describe-cluster-instances", { _ = try await pcluster.instances("ml") }),
            ("describe-compute-fleet", { _ = try await pcluster.fleet("ml") }),
            ("update-compute-fleet", { _ = try await pcluster.setFleet("ml", isStart: true) }),
            ("list-cluster-log-streams", { _ = try await pcluster.logStreams("ml") }),
            ("delete-cluster", { _ = try await pcluster.delete("ml") }),
            (
                "create ml",
                { _ = try await pcluster.create("ml", configuration: "c", keepsFailure: false) }
            ),
            ("update ml", { _ = try await pcluster.update("ml", configuration: "c") }),
        ]
        for (what, ask) in questions + Self.looks(of: aws).dropLast(3) {
            let error = await #expect(throws: ClusterError.self, "\(what)") { try await ask() }
            #expect(error?.kind == .unclear && error?.exitCode == 2, "\(what)")
            #expect(error?.what.contains(what) == true)
        }
    }

    /// An answer that has an empty list in it is well; that aws ended well without a word is no empty list.
    @Test func emptyIsEmpty() async throws {
        let (_, empty) = Self.programs(#"{"StackEvents": [], "Reservations": []}"#)
        #expect(try await empty.events(ofStack: "ml", most: nil).isEmpty)
        #expect(try await empty.instances(ofCluster: "ml").isEmpty)
        #expect(try await empty.console(of: "i-1", most: 3).isEmpty)
        #expect(try await empty.sessionManager("i-1") == nil)
        #expect(try await empty.lustreSource("fs-1") == nil)
        for output in ["", " \n"] {
            let (_, silent) = Self.programs(output)
            for ask in Self.looks(of: silent) {
                let error = await #expect(throws: ClusterError.self) { try await ask.ask() }
                #expect(error?.exitCode == 2)
                #expect(error?.description == "\(ask.what): it ended well, but gave no answer")
            }
        }
        let nothing = await #expect(throws: ClusterError.self) {
            try await Self.programs(#"{"CapacityReservations": []}"#).aws.reservation("cr-1")
        }
        #expect(nothing?.description == "cr-1: does not exist in us-east-1")
    }

    /// A page of text is no message: its beginning is enough.
    @Test func floodsAreCut() async {
        let flood = String(repeating: "<p>\u{1f600} busy</p>", count: 100_000)
        for code in [Int32(0), 1] {
            let (pcluster, aws) = Self.programs(flood, code: code)
            let one = await #expect(throws: ClusterError.self) { try await pcluster.describe("ml") }
            #expect((one?.description.count ?? 0) < 400)
            let two = await #expect(throws: ClusterError.self) { try await aws.account() }
            #expect((two?.description.count ?? 0) < 200)
        }
    }

    /// Why pcluster refused, from wherever it says so.
    @Test(arguments: [
        (#"{"message": "no"}"#, "", "no"),
        (
            #"{"message": "Invalid.", "configurationValidationErrors": [{"message": "a"}, {"level": "ERROR"}, {"message": "b"}]}"#,
            "", "Invalid.; a; b"
        ),
        (#"{"updateValidationErrors": [{"parameter": "P", "message": "stop it"}]}"#, "", "stop it"),
        ("Traceback", "ImportError: no boto3\n", "ImportError: no boto3"),
        ("Traceback", "", "Traceback"),
        ("", "", "exit code 7, without a word"),
        ("  \n", "!! Node 20 !!\n", "exit code 7, without a word"),
        // A message of another type is no message; what was printed is.
        (#"{"message": ["no"]}"#, "", #"{"message": ["no"]}"#),
    ])
    func refusals(_ output: String, _ errors: String, _ why: String) async {
        let error = await #expect(throws: ClusterError.self) {
            try await Self.programs(output, code: 7, errors: errors).pcluster.fleet("ml")
        }
        #expect(error?.why == why && error?.kind == .failed)
        #expect(
            error?.what == "pcluster describe-compute-fleet --cluster-name ml --region us-east-1")
    }

    /// What comes in pages: pcluster's command, a page with one of them, and the names of all.
    private static let paged:
        [(
            command: String, page: @Sendable (String) -> String,
            ask: @Sendable (Pcluster) async throws -> [String]
        )] = [
            (
                "list-clusters",
                {
                    #""clusters": [{"clusterName": "\#($0)", "clusterStatus": "CREATE_COMPLETE", "#
                        + #""region": "us-east-1", "version": "3.14.0"}]"#
                }, { try await $0.list().map(\.clusterName) }
            ),
            (
                "describe-cluster-instances", { #""instances": [{"instanceId": "\#($0)"}]"# },
                { try await $0.instances("ml").map(\.instanceId) }
            ),
            (
                "list-cluster-log-streams", { #""logStreams": [{"logStreamName": "\#($0)"}]"# },
                { try await $0.logStreams("ml") }
            ),
        ]

    /// Pages in their order; and a token that comes again would be asked with for ever.
    @Test(arguments: paged.indices) func pages(_ index: Int) async throws {
        let (command, page, ask) = Self.paged[index]
        func pcluster(
            _ tokens: [String: String], _ asked: @escaping @Sendable (String) -> Void = { _ in }
        ) -> Pcluster {
            Self.programs { _, arguments in
                let token = arguments.contains("--next-token") ? arguments.last ?? "" : "-"
                asked(arguments.first == command ? token : "another command")
                let next = tokens[token].map { #", "nextToken": "\#($0)""# } ?? ""
                return ProgramAnswer(code: 0, output: "{\(page("s\(token)"))\(next)}")
            }.pcluster
        }
        let asked = Mutex<[String]>([])
        let whole = pcluster(["-": "a", "a": "", "": "--b"]) { token in
            asked.withLock { $0.append(token) }
        }
        #expect(try await ask(whole) == ["s-", "sa", "s", "s--b"])
        #expect(asked.withLock { $0 } == ["-", "a", "", "--b"])
        for circle in [["-": "a", "a": "a"], ["-": "a", "a": "b", "b": "a"]] {
            let error = await #expect(throws: ClusterError.self) { try await ask(pcluster(circle)) }
            #expect(error?.description == "pcluster \(command): its pages go round in a circle")
            #expect(error?.exitCode == 2)
        }
    }

    /// Lines of a log by their time, those of one moment as they came; what has no time comes first.
    @Test func logLines() async throws {
        let rows = [
            ("2026-11-26T19:41:12.500Z", "c"), ("2026-11-26T19:41:12Z", "a"), ("yesterday", "0"),
            ("2026-11-26T20:41:12+01:00", "b"),
        ]
        let events =
            rows.map { #"{"timestamp": "\#($0)", "message": "\#($1)"}"# } + [#"{"message": null}"#]
        let (pcluster, _) = Self.programs(#"{"events": [\#(events.joined(separator: ","))]}"#)
        let found = try await pcluster.logEvents(
            "ml", stream: LogStream(name: "ip-1.i-1.chef-client"), limit: 9)
        #expect(found.map(\.text) == ["0", "", "a", "b", "c"])
        #expect(Set(found.map(\.stream)) == ["chef-client"])
    }

    @Test(arguments: [
        (
            "ip-10-1-0-5.i-0123456789abcdef0.chef-client", "ip-10-1-0-5", "i-0123456789abcdef0",
            "chef-client"
        ),
        ("ip-1.internal.i-9.slurmctld", "ip-1", "i-9", "slurmctld"), ("one.two", "one", "", "two"),
        ("alone", "alone", "", "alone"), ("...", "...", "", "..."), ("", "", "", ""),
    ])
    func streamNames(_ name: String, _ host: String, _ instance: String, _ short: String) {
        let stream = LogStream(name: name)
        #expect(stream.host == host && stream.instance == instance && stream.short == short)
    }

    /// EC2 refuses `--latest` for older types; only then is it asked without.
    @Test(arguments: [
        ("An error occurred (UnsupportedOperation): This instance type does not support it", 2),
        ("An error occurred (AccessDenied): no", 1), ("Unable to locate credentials", 1),
    ])
    func consoles(_ refusal: String, _ asked: Int) async throws {
        let count = Mutex(0)
        let (_, aws) = Self.programs { _, arguments in
            count.withLock { $0 += 1 }
            return arguments.contains("--latest")
                ? ProgramAnswer(code: 254, output: "", errors: refusal)
                : ProgramAnswer(code: 0, output: #"{"Output": "a\r\n\n  b \r\n\t\nc"}"#)
        }
        let found = try? await aws.console(of: "i-1", most: 2)
        #expect(found == (asked == 2 ? ["b", "c"] : nil))
        #expect(count.withLock { $0 } == asked)
    }

    /// A program that says too much on standard error is there, and pcluster is not missing.
    @Test func floodOnStandardError() async throws {
        let runner = ProgramRunner(environment: ["PATH": "/nowhere::/usr/bin:/bin"])
        func run(_ line: String) async throws(ClusterError) -> ProgramAnswer {
            try await runner.run("sh", ["-c", line], seconds: 60)
        }
        let error = await #expect(throws: ClusterError.self) {
            try await run("head -c 1100000 /dev/zero >&2")
        }
        #expect(error?.kind == .unclear && error?.what == "sh")
        // Bytes that are no text do not lose the answer, and a signal is 128 and its number.
        let answer = try await run(#"printf 'a\377\000b'; printf 'x\377y\n' >&2; kill -9 $$"#)
        #expect(answer.code == 137 && answer.output.hasPrefix("a") && answer.output.hasSuffix("b"))
        #expect(answer.complaint?.hasPrefix("x") == true)
    }
}
