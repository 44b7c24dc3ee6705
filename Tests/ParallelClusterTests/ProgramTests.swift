import Foundation
@testable import ParallelCluster
import Testing

/// Programs that answer what a test has written down, and write down what they were asked.
final class ScriptedRunner: ProgramRunning {
    private let answer: @Sendable (String, [String]) -> ProgramAnswer

    init(_ answer: @escaping @Sendable (String, [String]) -> ProgramAnswer) {
        self.answer = answer
    }

    func run(
        _ program: String, _ arguments: [String], seconds: Double
    ) async throws(ClusterError) -> ProgramAnswer {
        answer(program, arguments)
    }

    func path(of program: String) -> String? { "/usr/bin/\(program)" }
}

@Suite("pcluster and aws as programs")
struct ProgramTests {
    private static func pcluster(_ answer: ProgramAnswer) -> Pcluster {
        Pcluster(runner: ScriptedRunner { _, _ in answer }, region: "us-east-1")
    }

    @Test func commandLines() {
        #expect(
            Pcluster.create(
                "ml", configuration: "c.yaml", region: "us-east-1", isDryRun: true,
                keepsFailure: true)
                == [
                    "create-cluster", "--cluster-name", "ml", "--cluster-configuration", "c.yaml",
                    "--region", "us-east-1", "--rollback-on-failure", "false", "--dryrun", "true",
                ])
        #expect(
            ReserveCommand.arguments(
                type: "g5.8xlarge", zone: "us-east-1a", count: 2, end: "2026-11-28T00:00:00Z"
            )
            .suffix(6) == [
                "--instance-match-criteria", "targeted", "--end-date-type", "limited", "--end-date",
                "2026-11-28T00:00:00Z",
            ])
        let shell = HeadNodeAccess.arguments(
            instance: "i-0123456789abcdef0", region: "us-east-1", user: "ubuntu", command: [])
        #expect(
            shell == [
                "ssm", "start-session", "--target", "i-0123456789abcdef0", "--region", "us-east-1",
                "--document-name", "AWS-StartInteractiveCommand", "--parameters",
                #"{"command":["sudo su - ubuntu"]}"#,
            ])
        let command = HeadNodeAccess.arguments(
            instance: "i-0", region: "r", user: "ubuntu", command: ["echo", "a b", "it's"])
        #expect(command.contains("AWS-StartNonInteractiveCommand"))
        #expect(command.last?.contains("sudo su - ubuntu -c ") == true)
    }

    @Test(arguments: [
        ("ubuntu2204", "ubuntu"), ("alinux2023", "ec2-user"), ("rhel9", "ec2-user"),
        ("rocky9", "rocky"),
        ("", "ubuntu"),
    ])
    func usersOfSystems(_ system: String, _ user: String) {
        #expect(HeadNodeAccess.user(ofSystem: system) == user)
    }

    /// Exit code 1 is success for a dry run that would have succeeded, and for nothing else.
    @Test(
        arguments: [
            (#"{"message":"Request would have succeeded, but DryRun flag is set."}"#, true),
            (
                #"{"configurationValidationErrors":[{"level":"ERROR","type":"X","message":"no"}],"message":"Invalid cluster configuration."}"#,
                false
            ),
            (#"{"message":"'str' object has no attribute 'get'"}"#, nil),
            ("Traceback (most recent call last):", nil), ("", nil), ("{}", nil),
        ] as [(String, Bool?)])
    func dryRuns(_ output: String, _ passes: Bool?) async throws {
        let found = try await Self.pcluster(ProgramAnswer(code: 1, output: output)).dryRun([])
        #expect(found.passes == passes)
        let findings = ConfigurationCheck.findings(of: found)
        #expect(
            (findings.map(\.verdict).max() ?? .ok)
                == (passes == true ? .ok : passes == false ? .fail : .unknown))
    }

    @Test(
        arguments: [
            ("Unable to locate credentials", ClusterError.Kind.credentials, 3),
            ("An error occurred (AccessDenied) when calling x", .permission, 3),
            ("An error occurred (Throttling) when calling x: Rate exceeded", .throttled, 2),
            ("Could not connect to the endpoint URL: x", .unclear, 2),
            ("Stack with id ml does not exist", .notThere, 1),
            (
                "Unable to find node executable. Node.js is required by the AWS CDK library",
                .missing, 3
            ),
            ("something else", .failed, 1),
        ] as [(String, ClusterError.Kind, Int32)])
    func kinds(_ words: String, _ kind: ClusterError.Kind, _ code: Int32) async throws {
        let error = await #expect(throws: ClusterError.self) {
            try await Self.pcluster(ProgramAnswer(code: 1, output: #"{"message":"\#(words)"}"#))
                .describe("ml")
        }
        #expect(error?.kind == kind && error?.exitCode == code)
        #expect(error?.description.contains(words) == true)
    }

    @Test(arguments: ["not json", "", "[]", #"{"cluster": 1}"#])
    func answersThatAreNone(_ output: String) async throws {
        let error = await #expect(throws: ClusterError.self) {
            try await Self.pcluster(ProgramAnswer(code: 0, output: output)).describe("ml")
        }
        #expect(error?.kind == .unclear)
    }

    @Test(
        "A cluster's own name is no sign of what failed",
        arguments: [
            "SlowDown", "Throttle-test", "AuthFailure", "AccessDenied", "NoCredentials-2", "ml",
            "not", "does", "exist",
        ])
    func names(_ name: String) async throws {
        func kind(_ message: String) async -> ClusterError.Kind? {
            let answer = ProgramAnswer(code: 1, output: #"{"message": "\#(message)"}"#)
            let error = await #expect(throws: ClusterError.self) {
                try await Self.pcluster(answer).describe(name)
            }
            return error?.kind
        }
        for message in ["Cluster '\(name)' does not exist", "'\(name)' does not exist: \(name)."] {
            #expect(await kind(message) == .notThere)
        }
        #expect(await kind("no cluster \(name).") == .failed)
        #expect(await kind("Rate exceeded for \(name)") == .throttled)
        #expect(await kind("User is not authorized to perform: x on \(name)") == .permission)
    }

    /// Node.js's end-of-life talk goes to standard error, and is no reason.
    @Test func complaintsAreNotNoise() {
        let errors =
            "!!!!!!\n!! Node 20 has reached end-of-life !!\n!!!!!!\nAn error occurred (X)\n(node:1) Warning: y\n"
        #expect(
            ProgramAnswer(code: 1, output: "", errors: errors).complaint == "An error occurred (X)")
    }

    @Test func programsThatAreNotThere() async throws {
        let runner = ProgramRunner(environment: ["PATH": "/nowhere"])
        let error = await #expect(throws: ClusterError.self) {
            try await runner.run("pcluster", [], seconds: 5)
        }
        #expect(
            error?.kind == .missing
                && error?.description.contains("pip install aws-parallelcluster") == true)
    }

    @Test func aProgramThatHangsIsLeft() async throws {
        let begun = Date()
        let error = await #expect(throws: ClusterError.self) {
            try await ProgramRunner(environment: ["PATH": "/bin"]).run(
                "sleep", ["3000"], seconds: 0.5)
        }
        #expect(error?.kind == .unclear && Date().timeIntervalSince(begun) < 300)
    }

    @Test func reservationsAreJudged() throws {
        let text = try ReservationEdit(id: "cr-0a1f6b92ded769450", count: 2, isBlock: false)
            .applied(to: try GuideFixture.configuration())
        let shape = try #require(try ClusterDocument(text: text).compute.first)
        func rules(_ change: (inout AWSCommand.Reservation) -> Void) throws -> [RuleVerdict] {
            var reservation = try JSONDecoder().decode(
                AWSCommand.Reservation.self,
                from: Data(
                    """
                    {"CapacityReservationId":"cr-0a1f6b92ded769450","State":"active","InstanceType":"g5.8xlarge",
                    "AvailabilityZone":"us-east-1a","TotalInstanceCount":2,"AvailableInstanceCount":2,
                    "ReservationType":"default","EndDate":"2026-12-01T00:00:00Z"}
                    """.utf8))
            change(&reservation)
            let subnet = try JSONDecoder().decode(
                AWSCommand.Subnet.self,
                from: Data(#"{"SubnetId":"subnet-1","AvailabilityZone":"us-east-1a"}"#.utf8))
            return ReservationJudge(
                shape: shape, reservation: reservation, subnets: [subnet], now: 0
            )
            .findings(at: nil).map(\.verdict)
        }
        #expect(try rules { _ in }.isEmpty)
        #expect(try rules { $0.EndDate = nil } == [.warn])
        #expect(try rules { $0.State = "expired" } == [.fail])
        #expect(try rules { $0.InstanceType = "g5.4xlarge" } == [.fail])
        #expect(try rules { $0.AvailabilityZone = "us-east-1b" } == [.fail])
        #expect(try rules { $0.AvailableInstanceCount = 1 } == [.fail])
        #expect(try rules { $0.TotalInstanceCount = 4 } == [.warn])
        #expect(try rules { $0.ReservationType = "capacity-block" } == [.fail])
    }
}
