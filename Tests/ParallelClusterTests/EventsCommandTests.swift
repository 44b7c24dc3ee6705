import Foundation
@testable import ParallelCluster
import Testing

/// `events`, on a stack whose nested stack failed first.
@Suite("the events of a stack, as they are printed")
struct EventsCommandTests {
    private static let arn = "arn:aws:cloudformation:us-east-1:123456789012:stack/ml/0"
    private static let nested = "arn:aws:cloudformation:us-east-1:123456789012:stack/ml-q-1/9"

    private static func event(
        _ minute: Int, _ logical: String, _ type: String, _ status: String, _ reason: String = "",
        stack: String = arn, physical: String = ""
    ) -> String {
        let name = stack.split(separator: "/")[1]
        let moment = minute < 10 ? "0\(minute)" : "\(minute)"
        return """
            {"EventId": "\(logical)-\(minute)", "Timestamp": "2026-11-26T19:\(moment):00.123Z", "StackName": "\(name)",
            "StackId": "\(stack)", "LogicalResourceId": "\(logical)", "PhysicalResourceId": "\(physical)",
            "ResourceType": "AWS::\(type)", "ResourceStatus": "\(status)", "ResourceStatusReason": "\(reason)"}
            """
    }

    /// aws answers with the newest first.
    private static let aws: String = {
        let own = [
            event(
                6, "ml", "CloudFormation::Stack", "ROLLBACK_IN_PROGRESS",
                "The following failed: [Q]", physical: arn),
            event(5, "Role", "IAM::Role", "CREATE_FAILED", "Resource creation cancelled"),
            event(
                4, "Q", "CloudFormation::Stack", "CREATE_FAILED",
                "Embedded stack \(nested) was not made", physical: nested),
            event(1, "Q", "CloudFormation::Stack", "CREATE_IN_PROGRESS", physical: nested),
            event(
                0, "ml", "CloudFormation::Stack", "CREATE_IN_PROGRESS", "User Initiated",
                physical: arn),
        ].joined(separator: ",")
        let inner = [
            event(
                3, "Fleet", "EC2::LaunchTemplate", "CREATE_FAILED", "no \\u001b[31mimage\\n\\u202e",
                stack: nested),
            event(2, "Fleet", "EC2::LaunchTemplate", "CREATE_IN_PROGRESS", stack: nested),
        ].joined(separator: ",")
        return """
            case "$*" in
            *'\(nested)'*) printf '%s' '{"StackEvents": [\(inner)]}' ;;
            *) printf '%s' '{"StackEvents": [\(own)]}' ;;
            esac
            """
    }()

    @Test("All are there, the newest last, those of nested stacks between them")
    func all() async {
        await #expect(processExitsWith: .success) {
            let desk = try CommandDesk(aws: Self.aws)
            let found = try await desk.fleet("events", "-n", "ml")
            #expect(found.code == 0 && found.err.isEmpty)
            let times = found.lines.dropFirst().map { String($0.prefix(20)) }
            #expect(times == (0...6).map { "2026-11-26T19:0\($0):00Z" })
            #expect(found.out.contains("no \\x1b[31mimage\\n\\u{202e}"))
            #expect(!found.out.contains("\u{1b}") && !found.out.contains("\u{202e}"))
            let calls = desk.calls()
            #expect(calls.count == 2 && calls.allSatisfy { !$0.contains("--max-items") })
        }
    }

    @Test("What failed of itself: no cancellation, and not the stack that fell with it")
    func failed() async {
        await #expect(processExitsWith: .success) {
            let desk = try CommandDesk(aws: Self.aws)
            let found = try await desk.fleet("events", "-n", "ml", "--failed", "--format", "jsonl")
            let rows = try found.lines.map {
                try #require(
                    try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            #expect(rows.map { $0["logical_id"] as? String } == ["Fleet", "Q"])
            #expect(rows.allSatisfy { $0["schema"] as? String == "fleet.cluster.event/1" })
            #expect(rows.first?["stack"] as? String == "ml-q-1")
            #expect(rows.first?["reason"] as? String == "no \u{1b}[31mimage\n\u{202e}")
            // The newest are kept, of those that failed.
            let one = try await desk.fleet("events", "-n", "ml", "--failed", "--limit", "1")
            #expect(one.lines.count == 2 && one.lines[1].contains("AWS::CloudFormation::Stack"))
            let many = try await desk.fleet("events", "-n", "ml", "--limit", "9223372036854775807")
            #expect(many.lines.count == 8)
        }
    }

    @Test("A document has the same events; a nested stack that is gone costs its own alone")
    func document() async {
        await #expect(processExitsWith: .success) {
            let gone =
                "case \"$*\" in *'\(Self.nested)'*) echo 'Stack does not exist' >&2; exit 254 ;; esac\n"
            for (aws, count) in [(Self.aws, 7), (gone + Self.aws, 5)] {
                let desk = try CommandDesk(aws: aws)
                let found = try await desk.fleet("events", "-n", "ml", "--format", "json")
                #expect(found.code == 0 && found.err.isEmpty)
                let document = try JSONSerialization.jsonObject(with: Data(found.out.utf8))
                let fields = try #require(document as? [String: Any])
                #expect(fields["cluster"] as? String == "ml")
                let events = try #require(fields["events"] as? [[String: Any]])
                #expect(events.count == count)
                // A reason that is not there is null.
                #expect(events.contains { $0["reason"] is NSNull })
            }
        }
    }
}
