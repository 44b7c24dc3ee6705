import Foundation
import ParallelCluster
import Testing
import TestSupport

/// Events of a stack, written short.
struct EventMaker {
    let name: String
    var events: [StackEvent] = []

    static let arn = "arn:aws:cloudformation:us-east-1:123456789012:stack/ml/0123"

    mutating func add(
        _ time: Double, _ logical: String, _ type: String, _ status: String, _ reason: String = "",
        stack: String? = nil, physical: String = ""
    ) {
        let identity = stack ?? Self.arn
        events.append(
            StackEvent(
                id: "\(events.count)", time: time,
                stackName: stack.map { String($0.split(separator: "/")[1]) } ?? name,
                stackID: identity, logicalID: logical, physicalID: physical, type: type,
                status: status, reason: reason))
    }

    mutating func own(_ time: Double, _ status: String, _ reason: String = "") {
        add(time, name, "AWS::CloudFormation::Stack", status, reason, physical: Self.arn)
    }

    /// The guide's way, as far as a moment.
    static func creation(until end: Double, of name: String = "ml") -> EventMaker {
        var maker = EventMaker(name: name)
        maker.own(0, "CREATE_IN_PROGRESS", "User Initiated")
        maker.add(5, "HeadNodeRole", "AWS::IAM::Role", "CREATE_IN_PROGRESS")
        maker.add(60, "ComputeFleetQueues", "AWS::CloudFormation::Stack", "CREATE_IN_PROGRESS")
        maker.add(200, "HeadNode", "AWS::EC2::Instance", "CREATE_IN_PROGRESS")
        maker.add(220, "HeadNode", "AWS::EC2::Instance", "CREATE_COMPLETE")
        maker.add(
            221, "HeadNodeWaitCondition1", "AWS::CloudFormation::WaitCondition",
            "CREATE_IN_PROGRESS")
        maker.events = maker.events.filter { $0.time <= end }
        return maker
    }
}

@Suite("a stack's events, and what they come to")
struct StackTests {
    private func history(_ maker: EventMaker) -> StackHistory {
        var history = StackHistory(name: maker.name)
        _ = history.take(maker.events.reversed())
        return history
    }

    @Test(arguments: [
        (1.0, CreationPhase.resources), (61, .queues), (201, .headBoots), (400, .headIsSetUp),
    ])
    func phases(_ moment: Double, _ phase: CreationPhase) {
        let found = CreationPhase.current(history(EventMaker.creation(until: moment)), chef: [])
        #expect(found?.phase == phase)
    }

    @Test func lastPhases() {
        var maker = EventMaker.creation(until: 400)
        let waiting = LogLine(
            stream: "chef-client", time: 900,
            text: "INFO: Waiting for static fleet capacity provisioning")
        #expect(CreationPhase.current(history(maker), chef: [waiting])?.phase == .staticNodes)
        #expect(CreationPhase.current(history(maker), chef: [waiting])?.since == 900)
        maker.add(
            1200, "HeadNodeWaitCondition1", "AWS::CloudFormation::WaitCondition", "CREATE_COMPLETE")
        #expect(CreationPhase.current(history(maker), chef: [waiting])?.phase == .alarms)
    }

    /// Events in whatever portions and order, some twice: each is new once, and the picture is the same.
    @Test func portionsAndRepetitionsChangeNothing() {
        var random = SeededRandom(5)
        var maker = EventMaker.creation(until: 400)
        maker.own(500, "CREATE_COMPLETE")
        let whole = history(maker)
        for _ in 0..<50 {
            var pieces = StackHistory(name: "ml")
            var new = 0
            var rest = maker.events.shuffled(using: &random)
            while !rest.isEmpty {
                let count = Int.random(in: 1...3, using: &random)
                new +=
                    pieces.take(
                        Array(rest.prefix(count)) + Array(maker.events.prefix(new > 0 ? 0 : 1))
                    ).count
                rest = Array(rest.dropFirst(count))
            }
            #expect(new == maker.events.count)
            #expect(pieces.events == whole.events)
            #expect(pieces.isSuccess && pieces.isEnded)
        }
    }

    @Test func rootIsTheFirstThatIsNoCancellation() {
        var maker = EventMaker.creation(until: 100)
        maker.add(101, "A", "AWS::IAM::Role", "CREATE_FAILED", "Resource creation cancelled")
        maker.add(
            102, "B", "AWS::IAM::Role", "CREATE_FAILED", "not authorized to perform: iam:CreateRole"
        )
        maker.add(103, "C", "AWS::IAM::Role", "CREATE_FAILED", "something later")
        maker.own(104, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [B].")
        #expect(history(maker).rootFailure?.logicalID == "B")
        #expect(history(maker).isRollingBack && !history(maker).isEnded)
    }

    @Test func rootIsLookedForInTheNestedStack() {
        let nested = "arn:aws:cloudformation:us-east-1:123456789012:stack/ml-Queues-1/9"
        var maker = EventMaker.creation(until: 100)
        maker.add(
            101, "LaunchTemplate1", "AWS::EC2::LaunchTemplate", "CREATE_FAILED", "no such image",
            stack: nested)
        maker.add(
            102, "Queues", "AWS::CloudFormation::Stack", "CREATE_FAILED",
            "Embedded stack \(nested) was not successfully created", physical: nested)
        let found = history(maker)
        #expect(found.rootFailure?.logicalID == "LaunchTemplate1")
        #expect(found.nested == [nested])
    }

    /// What failed in an earlier operation is not what fails now.
    @Test func anEarlierFailureIsOver() {
        var maker = EventMaker.creation(until: 100)
        maker.add(101, "B", "AWS::IAM::Role", "UPDATE_FAILED", "old trouble")
        maker.own(200, "UPDATE_IN_PROGRESS", "User Initiated")
        maker.own(210, "UPDATE_COMPLETE")
        #expect(history(maker).rootFailure == nil)
        #expect(history(maker).operation == "UPDATE" && history(maker).isSuccess)
    }

    @Test(arguments: [
        ("2026-11-26T19:41:12.775Z", 1_795_722_072.775),
        ("2026-11-26T19:41:12+00:00", 1_795_722_072),
        ("2026-11-26T20:41:12+01:00", 1_795_722_072), ("2026-11-26 14:41:12-0500", 1_795_722_072),
        ("1970-01-01T00:00:00Z", 0),
    ])
    func moments(_ text: String, _ seconds: Double) throws {
        let found = try #require(CloudTime.seconds(text))
        #expect(abs(found - seconds) < 0.001)
    }

    @Test func momentsAgreeWithFoundation() throws {
        var random = SeededRandom(9)
        let format = ISO8601DateFormatter()
        for _ in 0..<300 {
            let moment = Double(Int.random(in: -1_000_000_000...4_000_000_000, using: &random))
            let text = format.string(from: Date(timeIntervalSince1970: moment))
            #expect(CloudTime.seconds(text) == moment, "\(text)")
        }
        #expect(CloudTime.seconds("yesterday") == nil)
    }
}

@Suite("causes and warnings")
struct FailureTests {
    struct Case: CustomTestStringConvertible {
        let words: [String]
        let cause: String
        var testDescription: String { cause }
    }

    @Test(arguments: [
        Case(
            words: [
                "Failed to mount FSX. Please check",
                "mount.lustre: mount a@tcp:/b at /lustre failed: No such device",
            ],
            cause: "no Lustre client module for the AMI's kernel"),
        Case(
            words: ["mount.lustre: Can't parse NID 'fs-1.fsx'"],
            cause: "the Lustre server's name does not resolve"),
        Case(
            words: ["mount.lustre: mount x failed: Connection timed out"],
            cause: "the Lustre server does not answer"),
        Case(
            words: [
                "(InsufficientInstanceCapacity) We currently do not have sufficient g5.8xlarge capacity in the Availability Zone you requested (us-east-1a)."
            ],
            cause: "no g5.8xlarge in us-east-1a (InsufficientInstanceCapacity)"),
        Case(
            words: [
                "You have requested more vCPU capacity than your current vCPU limit of 16 allows"
            ],
            cause: "the account's vCPU quota is too small: it is 16"),
        Case(
            words: ["User: x is not authorized to perform: iam:CreateRole on resource: y"],
            cause: "no permission for iam:CreateRole"),
        Case(
            words: ["API: ec2:X You are not authorized to perform: ec2:CreateLaunchTemplate"],
            cause: "no permission for ec2:CreateLaunchTemplate"),
        Case(
            words: ["Failed to execute OnNodeConfigured script 2, return code: 7. Please"],
            cause: "OnNodeConfigured script 2 ended with 7"),
        Case(
            words: ["Failed to download OnNodeStart script 1"],
            cause: "OnNodeStart script 1 could not be fetched"),
        Case(
            words: ["Cluster has been set to PROTECTED mode due to failures"],
            cause: "static nodes failed to start ten times, and the fleet is PROTECTED"),
        Case(
            words: ["WaitCondition timed out. Received 0 conditions when expecting 1"],
            cause: "the head node did not report in time; it was in phase 4, head node is set up"),
        Case(words: ["something nobody has seen"], cause: "unknown"),
    ])
    func causes(_ test: Case) {
        let found = FailureCause.find(in: test.words, phase: .headIsSetUp)
        #expect(found.cause == test.cause)
        #expect(!found.remedy.isEmpty)
    }

    @Test func reportSaysWhatWhyAndWhereNext() {
        var maker = EventMaker.creation(until: 400)
        maker.add(
            900, "HeadNodeWaitCondition1", "AWS::CloudFormation::WaitCondition", "CREATE_FAILED",
            "WaitCondition received failed message: 'Failed to mount FSX.' for uniqueId: i-0")
        maker.own(905, "ROLLBACK_COMPLETE")
        var history = StackHistory(name: "ml")
        _ = history.take(maker.events)
        let lines = [
            LogLine(
                stream: "chef-client", time: 890, text: "FATAL: lustre[mount fsx] had an error"),
            LogLine(
                stream: "chef-client", time: 891,
                text: "STDERR: mount.lustre: mount x at /lustre failed: No such device"),
            LogLine(stream: "chef-client", time: 100, text: "INFO: fine"),
        ]
        let report = FailureReport(
            history: history, description: nil, lines: lines, savedIn: "/home/u/.fleet/x")
        #expect(report.cause.cause == "no Lustre client module for the AMI's kernel")
        #expect(report.evidence.map(\.time) == [890, 891])
        #expect(report.elapsed == 900 && report.phase == .headIsSetUp)
        #expect(
            report.next == ["fleet cluster logs -n ml --errors", "fleet cluster delete -n ml"])
        #expect(
            report.lines.first
                == "ml: ROLLBACK_COMPLETE after 15 min, in phase 4 (head node is set up)")
        #expect(
            report.lines.last?.hasSuffix("(the stack holds the name until it is deleted)") == true)
    }

    private static func facts(_ change: (inout CreationFacts) -> Void) -> [String] {
        var facts = CreationFacts(now: 1_500, started: 0)
        facts.phase = .headIsSetUp
        facts.headRunsSince = 300
        facts.headStreams = 5
        facts.want = 2
        facts.have = 0
        change(&facts)
        return facts.warnings.map(\.key)
    }

    @Test func nothingIsSaidOfAQuietCreation() {
        #expect(Self.facts { _ in }.isEmpty)
    }

    @Test func capacityIsSaidWithHowOften() {
        var facts = CreationFacts(now: 100, started: 0)
        facts.want = 2
        facts.have = 0
        facts.lines = (0..<14).map {
            LogLine(
                stream: "clustermgtd", time: Double($0),
                text:
                    "(InsufficientInstanceCapacity) We currently do not have sufficient g5.8xlarge capacity (us-east-1a)"
            )
        }
        #expect(
            facts.warnings.first?.message
                == "it waits for 2 of 2 nodes: no g5.8xlarge in us-east-1a (InsufficientInstanceCapacity, 14 times)"
        )
    }

    /// Each warning has the moment before it, at which it is not said.
    @Test func warningsHaveTheirMoment() {
        #expect(
            Self.facts {
                $0.headStreams = 0; $0.now = 899
            }.isEmpty)
        #expect(
            Self.facts {
                $0.headStreams = 0; $0.now = 900
            } == ["silent"])
        #expect(
            Self.facts {
                $0.headStreams = nil; $0.now = 2_000
            }.isEmpty)
        #expect(
            Self.facts {
                $0.phase = .staticNodes; $0.phaseSince = 601
            }.isEmpty)
        #expect(
            Self.facts {
                $0.phase = .staticNodes; $0.phaseSince = 600
            } == ["nodes"])
        #expect(
            Self.facts {
                $0.phase = .staticNodes; $0.phaseSince = 600; $0.have = 2
            }.isEmpty)
        #expect(
            Self.facts {
                $0.phase = .staticNodes; $0.phaseSince = 600; $0.blockStart = 9_999
            }.isEmpty)
        #expect(Self.facts { $0.fleet = "PROTECTED" } == ["PROTECTED"])
        #expect(Self.facts { $0.now = 2_101 } == ["late"])
        #expect(
            Self.facts { $0.lines = [LogLine(stream: "chef-client", time: 1, text: "FATAL: x")] }
                == ["chef"])
    }

    /// What EC2 refuses is said where clustermgtd tells it, as one warning however often.
    @Test(arguments: [
        (
            "VcpuLimitExceeded",
            "An error occurred (VcpuLimitExceeded) when calling the RunInstances operation",
            "the account's vCPU quota is too small"
        ),
        (
            "UnauthorizedOperation",
            "An error occurred (UnauthorizedOperation) when calling the RunInstances operation",
            "EC2 refused the head node a request: its role lacks a permission"
        ),
    ])
    func refusalsOfEC2AreSaid(_ key: String, _ line: String, _ cause: String) {
        var facts = CreationFacts(now: 1_500, started: 0)
        facts.want = 2
        facts.have = 1
        facts.lines = [LogLine(stream: "cfn-init", time: 1, text: line)]
        #expect(facts.warnings.isEmpty)
        facts.lines = [1.0, 2.0].map { LogLine(stream: "clustermgtd", time: $0, text: line) }
        #expect(facts.warnings.map(\.key) == [key])
        #expect(facts.warnings.first?.message == "it waits for 1 of 2 nodes: \(cause)")
        #expect(facts.warnings.first?.remedy.isEmpty == false)
    }
}
