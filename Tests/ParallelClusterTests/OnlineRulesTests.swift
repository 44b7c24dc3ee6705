import Foundation
@testable import ParallelCluster
import Testing

/// The rules that ask AWS, on the guide's configuration: each has an answer of AWS's that it finds fault with.
@Suite("the rules that need AWS")
struct OnlineRulesTests {
    private static let head = "subnet-0a1b2c3d4e5f60718"
    private static let queue = "subnet-0f1e2d3c4b5a69788"
    private static let reservation = "cr-0a1f6b92ded769450"

    /// What AWS says where all is well, by operation; describe-subnets by the subnet, too.
    private static let healthy: [String: String] = [
        "describe-subnets \(head)": subnet(head, isPublic: true),
        "describe-subnets \(queue)": subnet(queue, isPublic: false),
        "describe-route-tables": route(#""GatewayId": "igw-1""#),
        "describe-instance-types":
            #"{"InstanceTypes": [{"InstanceType": "g5.8xlarge", "VCpuInfo": {"DefaultVCpus": 32}, "NetworkInfo": {"MaximumNetworkCards": 1}}]}"#,
        "get-service-quota": #"{"Quota": {"Value": 64.0}}"#,
        "head-object": #"{"ContentLength": 7}"#,
        "describe-capacity-reservations": block(#""State": "active""#),
    ]

    private static func subnet(_ id: String, isPublic: Bool) -> String {
        #"{"Subnets": [{"SubnetId": "\#(id)", "VpcId": "vpc-1", "AvailabilityZone": "us-east-1a", "MapPublicIpOnLaunch": \#(isPublic)}]}"#
    }

    private static func route(_ target: String) -> String {
        #"{"RouteTables": [{"Routes": [{"DestinationCidrBlock": "0.0.0.0/0", \#(target)}]}]}"#
    }

    private static func block(_ more: String) -> String {
        #"{"CapacityReservations": [{"CapacityReservationId": "\#(reservation)", "InstanceType": "g5.8xlarge", "AvailabilityZone": "us-east-1a", "TotalInstanceCount": 2, "AvailableInstanceCount": 2, "ReservationType": "capacity-block", \#(more)}]}"#
    }

    /// The guide's configuration, with its nodes in a capacity block where that is wanted.
    private static func document(isReserved: Bool) throws -> ClusterDocument {
        let guide = try GuideFixture.configuration()
        guard isReserved else { return try ClusterDocument(text: guide) }
        let edit = ReservationEdit(id: reservation, count: 2, isBlock: true)
        return try ClusterDocument(text: try edit.applied(to: guide))
    }

    /// What the rules find where AWS answers like this.
    ///
    /// - Parameters:
    ///   - answers: Its answers by operation; an operation without one is refused.
    ///   - refusal: How that is said.
    ///   - isReserved: Whether the nodes are in a capacity block.
    /// - Returns: The findings.
    /// - Throws: What making the configuration throws.
    private static func findings(
        _ answers: [String: String], refusal: String = "Could not connect to the endpoint URL",
        isReserved: Bool = false
    ) async throws -> [RuleFinding] {
        let runner = ScriptedRunner { _, arguments in
            let operation = arguments.count > 1 ? arguments[1] : ""
            let answer =
                answers[operation]
                ?? arguments.compactMap { answers["\(operation) \($0)"] }.first
            return answer.map { ProgramAnswer(code: 0, output: $0) }
                ?? ProgramAnswer(code: 254, output: "", errors: refusal)
        }
        // 2026-11-26T19:41:12Z.
        let rules = OnlineRules(
            document: try document(isReserved: isReserved),
            aws: AWSCommand(runner: runner, region: "us-east-1"), now: 1_795_722_072)
        let found = await rules.findings()
        return found + (await rules.publicAddresses(release: "3.16.1"))
    }

    /// One answer of AWS's in place of the good one; nil for one that says that there is no such thing.
    struct Case: CustomTestStringConvertible, Sendable {
        let rule: Rule
        let operation: String
        let answer: String?
        let verdict: RuleVerdict
        let says: String
        var isReserved = false
        var testDescription: String { "\(rule.rawValue): \(says)" }
    }

    static let cases: [Case] = [
        Case(
            rule: .awsHeadNetwork, operation: "describe-subnets \(head)",
            answer: subnet(head, isPublic: false), verdict: .warn,
            says: "the head node gets no public address"),
        Case(
            rule: .awsHeadNetwork, operation: "describe-route-tables",
            answer: #"{"RouteTables": [{"Routes": []}]}"#, verdict: .warn,
            says: "has no way to the internet"),
        Case(
            rule: .awsQuota, operation: "get-service-quota",
            answer: #"{"Quota": {"Value": 63.0}}"#, verdict: .warn,
            says: "2 x g5.8xlarge are 64 vCPUs, and quota L-DB2E81BA is 63"),
        Case(
            rule: .efaPublicAddress, operation: "describe-subnets \(queue)",
            answer: subnet(queue, isPublic: true), verdict: .fail,
            says: "assigns public addresses"),
        Case(
            rule: .awsScript, operation: "head-object", answer: nil, verdict: .fail,
            says: "is not there"),
        Case(
            rule: .awsReservation, operation: "describe-capacity-reservations", answer: nil,
            verdict: .fail, says: "does not exist in this region", isReserved: true),
        Case(
            rule: .awsReservation, operation: "describe-capacity-reservations",
            answer: block(
                #""State": "scheduled", "StartDate": "2026-11-27T11:30:00Z", "EndDate": "2026-11-28T11:30:00Z""#
            ), verdict: .warn,
            says:
                "begins 2026-11-27T11:30:00Z: the nodes come then, and EC2 takes them 30 min before it ends at 2026-11-28T11:30:00Z",
            isReserved: true),
    ]

    @Test(arguments: cases)
    func finds(_ test: Case) async throws {
        var answers = Self.healthy
        answers[test.operation] = test.answer
        let found = try await Self.findings(
            answers, refusal: "An error occurred (404) when calling it: this does not exist",
            isReserved: test.isReserved)
        #expect(Set(found.map(\.rule)) == [test.rule.rawValue], "\(found)")
        #expect(found.allSatisfy { $0.verdict == test.verdict && !$0.remedy.isEmpty })
        #expect(found.contains { $0.message.contains(test.says) }, "\(found)")
    }

    /// Where all is well nothing is found; nor in a private subnet with a NAT.
    @Test func healthyAnswersPass() async throws {
        #expect(try await Self.findings(Self.healthy).isEmpty)
        #expect(try await Self.findings(Self.healthy, isReserved: true).isEmpty)
        var hidden = Self.healthy
        hidden["describe-subnets \(Self.head)"] = Self.subnet(Self.head, isPublic: false)
        hidden["describe-route-tables"] = Self.route(#""NatGatewayId": "nat-1""#)
        #expect(try await Self.findings(hidden).isEmpty)
    }

    /// What could not be asked is unknown, and never ok.
    @Test func withoutAnswersAllAreUnknown() async throws {
        let found =
            try await Self.findings([:]) + (try await Self.findings([:], isReserved: true))
        #expect(found.allSatisfy { $0.verdict == .unknown }, "\(found)")
        let needing = Rule.allCases.filter(\.needsAWS).map(\.rawValue)
        #expect(Set(found.map(\.rule)) == Set(needing))
    }

    /// The rule is of pcluster 3.16: an older one gives such a node one interface.
    @Test func publicAddressesAreFineBefore() async throws {
        var answers = Self.healthy
        answers["describe-subnets \(Self.queue)"] = Self.subnet(Self.queue, isPublic: true)
        let all = answers
        let runner = ScriptedRunner { _, arguments in
            ProgramAnswer(
                code: 0,
                output: all[arguments[1]] ?? all["describe-subnets \(Self.queue)"] ?? "{}")
        }
        let rules = OnlineRules(
            document: try Self.document(isReserved: false),
            aws: AWSCommand(runner: runner, region: "us-east-1"), now: 0)
        #expect(await rules.publicAddresses(release: "3.15.0").isEmpty)
        #expect(await rules.publicAddresses(release: "3.16.1").count == 1)
    }
}
