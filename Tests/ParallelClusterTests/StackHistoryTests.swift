import Foundation
import ParallelCluster
import Testing
import TestSupport

/// What follows from a stack's events, however they come: in portions, backwards, twice, or not all of them.
@Suite("a stack's history from any events")
struct StackHistoryTests {
    private static let nestedARN = "arn:aws:cloudformation:us-east-1:123456789012:stack/ml-N"

    private static func history(_ events: [StackEvent]) -> StackHistory {
        var history = StackHistory(name: "ml")
        _ = history.take(events)
        return history
    }

    /// Every state of CloudFormation: whether it is an end, a good one, and whether it goes back.
    @Test(
        "What a state means",
        arguments: [
            ("CREATE_IN_PROGRESS", false, false, false), ("CREATE_COMPLETE", true, true, false),
            ("CREATE_FAILED", true, false, false), ("ROLLBACK_IN_PROGRESS", false, false, true),
            ("ROLLBACK_COMPLETE", true, false, true), ("ROLLBACK_FAILED", true, false, true),
            ("UPDATE_IN_PROGRESS", false, false, false),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", true, true, false),
            ("UPDATE_COMPLETE", true, true, false),
            ("UPDATE_FAILED", true, false, false),
            ("UPDATE_ROLLBACK_IN_PROGRESS", false, false, true),
            ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", true, false, true),
            ("UPDATE_ROLLBACK_COMPLETE", true, false, true),
            ("UPDATE_ROLLBACK_FAILED", true, false, true),
            ("DELETE_IN_PROGRESS", false, false, false), ("DELETE_COMPLETE", true, true, false),
            ("DELETE_FAILED", true, false, false), ("REVIEW_IN_PROGRESS", false, false, false),
            // What nobody knows yet is no success.
            ("SUSPENDED", true, false, false), ("", true, false, false),
        ])
    func states(_ status: String, _ isEnded: Bool, _ isSuccess: Bool, _ isBack: Bool) {
        var maker = EventMaker(name: "ml")
        maker.own(1, status)
        // A resource's, a nested stack's and another stack's events say nothing about it.
        maker.add(
            2, "ml-N", "AWS::CloudFormation::Stack", "CREATE_COMPLETE", stack: "\(Self.nestedARN)/1"
        )
        maker.add(3, "ml", "AWS::IAM::Role", "ROLLBACK_FAILED")
        maker.add(4, "N", "AWS::CloudFormation::Stack", "DELETE_COMPLETE")
        let history = Self.history(maker.events)
        #expect(history.status == status && history.stackID == EventMaker.arn)
        #expect(history.isEnded == isEnded && history.isSuccess == isSuccess)
        #expect(history.isRollingBack == isBack)
    }

    @Test("Of no events nothing follows")
    func nothing() {
        var history = StackHistory(name: "ml")
        #expect(history.take([]).isEmpty && history.status == nil && history.stackID == nil)
        #expect(!history.isEnded && !history.isSuccess && !history.isRollingBack)
        #expect(history.operation == nil && history.started == nil && history.current.isEmpty)
        #expect(history.rootFailure == nil && history.nested.isEmpty && !history.hasEnded("x"))
        #expect(CreationPhase.current(history, chef: []) == nil)
        #expect(CreationPhase.waits(history) == nil && CreationPhase.headRuns(history) == nil)
    }

    /// A life of a stack: operations one after the other, with nested stacks, failures and cancellations in them.
    private static func life(_ random: inout SeededRandom) -> (events: [StackEvent], root: String?)
    {
        var maker = EventMaker(name: "ml")
        var time = 0.0
        var root: String?
        for operation in ["CREATE", "UPDATE", "UPDATE", "DELETE"].prefix(
            Int.random(in: 1...4, using: &random))
        {
            maker.own(time + 1, "\(operation)_IN_PROGRESS")
            time += 1
            root = nil
            for index in 0..<Int.random(in: 1...6, using: &random) {
                time += 1
                let nested = "\(nestedARN)\(index)/\(Int.random(in: 0...3, using: &random))"
                let isFailed = Int.random(in: 0..<3, using: &random) == 0
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    maker.add(
                        time, "R\(index)", "AWS::IAM::Role",
                        isFailed ? "\(operation)_FAILED" : "\(operation)_COMPLETE",
                        "no permission")
                    if isFailed { root = root ?? maker.events.last?.id }
                case 1:
                    maker.add(
                        time, "C\(index)", "AWS::IAM::Role", "\(operation)_FAILED",
                        "Resource \(operation == "UPDATE" ? "update" : "creation") cancelled")
                default:
                    maker.add(
                        time, "N\(index)", "AWS::CloudFormation::Stack", "\(operation)_IN_PROGRESS",
                        physical: nested)
                    guard isFailed else { continue }
                    maker.add(
                        time + 0.25, "L", "AWS::EC2::LaunchTemplate", "\(operation)_FAILED", "x",
                        stack: nested)
                    root = root ?? maker.events.last?.id
                    maker.add(
                        time + 0.5, "N\(index)", "AWS::CloudFormation::Stack",
                        "\(operation)_FAILED",
                        "Embedded stack \(nested) was not successfully created", physical: nested)
                }
            }
        }
        return (maker.events, root)
    }

    private static func facts(_ history: StackHistory) -> [String] {
        [
            "\(history.status ?? "-") \(history.operation ?? "-") \(history.started ?? -1)",
            "\(history.isEnded) \(history.isSuccess) \(history.isRollingBack)",
            "\(history.rootFailure?.id ?? "-") \(history.nested) \(history.current.map(\.id))",
        ] + history.nested.map { "\(history.hasEnded($0))" }
    }

    @Test("The same events make the same picture, in whatever portions and order, however often")
    func anyOrder() {
        var random = SeededRandom(71)
        for _ in 0..<40 {
            let (events, root) = Self.life(&random)
            let whole = Self.history(events)
            #expect(whole.rootFailure?.id == root)
            var pieces = StackHistory(name: "ml")
            var new: [String] = []
            var rest = (events + events.prefix(3)).shuffled(using: &random)
            while !rest.isEmpty {
                let count = Int.random(in: 1...4, using: &random)
                let some = pieces.take(Array(rest.prefix(count)))
                #expect(some.map(\.time) == some.map(\.time).sorted())
                new += some.map(\.id)
                rest = Array(rest.dropFirst(count))
            }
            #expect(new.sorted() == events.map(\.id).sorted())
            #expect(Self.facts(pieces) == Self.facts(whole))
        }
    }

    /// AWS is asked for the newest events first: a picture without the oldest is the same as far as it goes.
    @Test("Events that are missing at the beginning change no end")
    func cut() {
        var random = SeededRandom(72)
        for _ in 0..<10 {
            let events = Self.life(&random).events
            let whole = Self.history(events)
            for count in 0...events.count {
                let part = Self.history(Array(events.suffix(count).reversed()))
                if let status = part.status { #expect(status == whole.status) }
                if part.started != nil { #expect(Self.facts(part) == Self.facts(whole)) }
                // A failure that is named is one of those that are there.
                if let root = part.rootFailure {
                    #expect(root.isFailure && part.events.contains(root))
                }
            }
        }
    }

    @Test("Events of one moment stay in AWS's order, which is the newest first")
    func sameMoment() {
        var maker = EventMaker(name: "ml")
        maker.own(5, "CREATE_IN_PROGRESS")
        maker.own(5, "CREATE_COMPLETE")
        let history = Self.history(maker.events.reversed())
        #expect(history.status == "CREATE_COMPLETE" && history.events.map(\.id) == ["0", "1"])
    }

    /// Their events tell why, so they are asked for first.
    @Test("Nested stacks that did not end well come first, the latest of them first of all")
    func nested() {
        var maker = EventMaker(name: "ml")
        maker.own(0, "CREATE_IN_PROGRESS")
        for (time, letter, status) in [
            (1.0, "a", "CREATE_COMPLETE"), (2, "b", "CREATE_IN_PROGRESS"),
            (3, "c", "CREATE_FAILED"),
            (4, "d", "CREATE_COMPLETE"), (4, "e", "CREATE_COMPLETE"),
        ] {
            maker.add(time, letter, "AWS::CloudFormation::Stack", status, physical: "arn:\(letter)")
        }
        // Without an ARN there is nothing to ask for.
        maker.add(5, "f", "AWS::CloudFormation::Stack", "CREATE_IN_PROGRESS")
        let history = Self.history(maker.events)
        #expect(history.nested == ["arn:c", "arn:b", "arn:d", "arn:e", "arn:a"])
        #expect(history.nested.map(history.hasEnded) == [false, false, true, true, true])
        maker.own(9, "UPDATE_IN_PROGRESS")
        // What an earlier operation ended has not ended in this one.
        #expect(!Self.history(maker.events).hasEnded("arn:d"))
    }

    @Test(
        "A phase is the latest that anything speaks of",
        arguments: [
            (["q"], CreationPhase.queues, 60.0), (["h", "q"], .headBoots, 200),
            (["w"], .headIsSetUp, 221),
            (["w", "log"], .staticNodes, 300), (["log"], .staticNodes, 300),
            (["w", "log", "done"], .alarms, 400),
            (["w", "failed"], .headIsSetUp, 221), ([], .resources, 0), (["update", "log"], nil, 0),
        ] as [([String], CreationPhase?, Double)])
    func phases(_ parts: [String], _ phase: CreationPhase?, _ since: Double) {
        var maker = EventMaker(name: "ml")
        maker.own(0, "CREATE_IN_PROGRESS")
        let wait = (name: "HeadNodeWaitCondition9", type: "AWS::CloudFormation::WaitCondition")
        let all: [String: (Double, String, String, String)] = [
            "q": (60, "Queues", "AWS::CloudFormation::Stack", "CREATE_IN_PROGRESS"),
            "h": (200, "HeadNode", "AWS::EC2::Instance", "CREATE_IN_PROGRESS"),
            "w": (221, wait.name, wait.type, "CREATE_IN_PROGRESS"),
            "failed": (390, wait.name, wait.type, "CREATE_FAILED"),
            "done": (400, wait.name, wait.type, "CREATE_COMPLETE"),
            "update": (500, "ml", "AWS::CloudFormation::Stack", "UPDATE_IN_PROGRESS"),
        ]
        for part in parts { all[part].map { maker.add($0.0, $0.1, $0.2, $0.3) } }
        let line = LogLine(
            stream: "chef-client", time: 300,
            text: "INFO: Waiting for static fleet capacity provisioning")
        let found = CreationPhase.current(
            Self.history(maker.events.shuffled()), chef: parts.contains("log") ? [line] : [])
        #expect(found?.phase == phase && (found?.since ?? 0) == since)
    }

    @Test(
        "The head node runs from its end of creation on, and the wait begins with its first event")
    func head() {
        for (end, runs, waits) in [(219.0, nil, nil), (220, 220, nil), (221, 220, 221)]
            as [(Double, Double?, Double?)]
        {
            let history = Self.history(EventMaker.creation(until: end).events)
            #expect(
                CreationPhase.headRuns(history) == runs && CreationPhase.waits(history) == waits)
        }
    }

    /// An event that lacks nearly everything is still one; without an id it cannot be told from others.
    @Test(
        "Events as aws writes them",
        arguments: [
            ("{\"EventId\": \"1\"}", true), ("{\"EventId\": \"1\", \"Timestamp\": \"soon\"}", true),
            ("{\"EventId\": \"1\", \"ResourceStatusReason\": null, \"More\": [1]}", true),
            ("{}", false),
            ("{\"EventId\": null}", false), ("{\"EventId\": 1}", false), ("[]", false),
        ])
    func decoded(_ text: String, _ isOne: Bool) throws {
        let event = try? JSONDecoder().decode(StackEvent.self, from: Data(text.utf8))
        #expect((event != nil) == isOne)
        if let event { #expect(event.time == 0 && event.reason.isEmpty && !event.isFailure) }
    }

    @Test(
        "Times of every form, and none of another",
        arguments: [
            ("2026-11-26T19:41:12", 1_795_722_072.0), ("2026-11-26 19:41:12Z", 1_795_722_072),
            ("2026-11-26T19:41:12.500000+0000", 1_795_722_072.5),
            ("2026-11-27T01:11:12+05:30", 1_795_722_072),
            ("2024-02-29T00:00:00Z", 1_709_164_800), ("2000-03-01T00:00:00Z", 951_868_800),
            ("1969-12-31T23:59:59Z", -1), ("9999-12-31T23:59:59Z", 253_402_300_799), ("", nil),
            ("2026-11-26", nil),
            ("2026-11-26T19:41Z", nil), ("2026-11-26T19:41:12Z ", nil), ("26-11-26T19:41:12Z", nil),
            ("2026-11-26T19:41:12+1", nil), ("2026-11-26T19:41:12,5Z", nil),
            ("٢٠٢٦-11-26T19:41:12Z", nil),
            ("99999-11-26T19:41:12Z", nil),
        ] as [(String, Double?)])
    func times(_ text: String, _ seconds: Double?) {
        #expect(CloudTime.seconds(text) == seconds)
    }

    @Test(
        "Releases",
        arguments: [
            ("3.14.0", true), ("3.13.9", false), ("3.16", true), ("4.0", true), ("2.99.1", false),
            ("3.14b1", nil),
            ("3", nil), ("", nil), ("x.y", nil), ("99999999999999999999.1", nil),
        ] as [(String, Bool?)])
    func releases(_ version: String, _ isAtLeast: Bool?) {
        #expect(SlurmRelease.isAtLeast(version, 3, 14) == isAtLeast)
    }
}
