import ArgumentParser
import Foundation
@testable import ParallelCluster
import Testing
import TestSupport

/// What `status` makes of the answers of pcluster and aws.
@Suite("the picture of a cluster")
struct ClusterPictureTests {
    private static let arn = "arn:aws:cloudformation:us-east-1:123456789012:stack/ml/0123"

    /// A stack whose head node runs and is set up, as describe-stack-events has it, the newest first.
    private static let events: String = {
        let rows = [
            ("HeadNodeWaitCondition1", "AWS::CloudFormation::WaitCondition", "CREATE_IN_PROGRESS"),
            ("HeadNode", "AWS::EC2::Instance", "CREATE_COMPLETE"),
            ("HeadNode", "AWS::EC2::Instance", "CREATE_IN_PROGRESS"),
            ("ml", "AWS::CloudFormation::Stack", "CREATE_IN_PROGRESS"),
        ]
        let documents = rows.enumerated().map { index, row in
            """
            {"EventId": "\(index)", "Timestamp": "2026-11-27T02:0\(4 - index):00Z", "StackName": "ml",
            "StackId": "\(Self.arn)", "LogicalResourceId": "\(row.0)", "PhysicalResourceId": "\(row.0)",
            "ResourceType": "\(row.1)", "ResourceStatus": "\(row.2)"}
            """
        }
        return "{\"StackEvents\": [\(documents.joined(separator: ","))]}"
    }()

    /// The picture of a creation whose chef-client says this; nil for logs that cannot be read.
    private static func picture(_ line: String?) async throws -> ClusterPicture {
        let runner = ScriptedRunner { _, arguments in
            if arguments.contains("describe-stack-events") {
                return ProgramAnswer(code: 0, output: Self.events)
            }
            switch arguments.first {
            case "list-cluster-log-streams":
                guard line != nil else {
                    return ProgramAnswer(code: 1, output: #"{"message": "Rate exceeded"}"#)
                }
                let name = "ip-10-1-0-5.i-0123456789abcdef0.chef-client"
                return ProgramAnswer(
                    code: 0, output: #"{"logStreams": [{"logStreamName": "\#(name)"}]}"#)
            case "get-cluster-log-events":
                let event =
                    #"{"timestamp": "2026-11-27T02:09:00.000Z", "message": "\#(line ?? "")"}"#
                return ProgramAnswer(code: 0, output: #"{"events": [\#(event)]}"#)
            case "describe-cluster-instances":
                return ProgramAnswer(code: 0, output: #"{"instances": []}"#)
            default: return ProgramAnswer(code: 0, output: "{}")
            }
        }
        let folder = try TemporaryFolder()
        let options = try ClusterOptions.parse(["-n", "ml", "-r", "us-east-1"])
        let session = try ClusterSession(
            options, environment: ["HOME": folder.path], runner: runner)
        let cluster = try JSONDecoder().decode(
            ClusterDescription.self,
            from: Data(#"{"clusterName": "ml", "clusterStatus": "CREATE_IN_PROGRESS"}"#.utf8))
        return await ClusterPicture.gather(cluster, session)
    }

    /// Only chef-client says that the head node waits for its nodes: no event does.
    @Test func phaseOfACreationIsThatOfItsLog() async throws {
        let waiting = try await Self.picture(
            "INFO: Waiting for static fleet capacity provisioning")
        #expect(waiting.phase == .staticNodes)
        #expect(
            waiting.lines.contains("state      CREATE_IN_PROGRESS, phase 5/6 (static nodes start)"))
        #expect(waiting.unasked.isEmpty, "\(waiting.unasked)")
        #expect(try await Self.picture("INFO: something else").phase == .headIsSetUp)
    }

    /// Logs that cannot be read are named: the phase may be a later one then.
    @Test func logsThatCannotBeReadAreNamed() async throws {
        let found = try await Self.picture(nil)
        #expect(found.phase == .headIsSetUp)
        #expect(found.unasked.count == 1 && found.unasked[0].contains("Rate exceeded"))
    }
}
