import Foundation
@testable import ParallelCluster
import Testing
import TestSupport

/// What is known of a creation under way, as it is read from pcluster's and aws's answers.
@Suite("the facts of a creation")
struct CreationFactsTests {
    private static func instances(_ rows: [(type: String, queue: String?, state: String)]) throws
        -> [ClusterInstance]
    {
        let documents = rows.enumerated().map { index, row in
            let queue = row.queue.map { ",\"queueName\":\"\($0)\"" } ?? ""
            return
                "{\"instanceId\":\"i-\(index)\",\"nodeType\":\"\(row.type)\",\"state\":\"\(row.state)\"\(queue)}"
        }
        return try JSONDecoder().decode(
            [ClusterInstance].self, from: Data("[\(documents.joined(separator: ","))]".utf8))
    }

    /// Two queues: two static nodes and perhaps two dynamic ones, and dynamic ones alone.
    private static func shapes() throws -> [ComputeShape] {
        let text = """
            Scheduling:
              SlurmQueues:
                - Name: gpu
                  ComputeResources:
                    - Name: x
                      MinCount: 2
                      MaxCount: 4
                - Name: cpu
                  ComputeResources:
                    - Name: y
                      MinCount: 0

            """
        return try ClusterDocument(text: text).compute
    }

    /// A login node, and a node of a queue that has no static ones, stand for no static node that is missing.
    @Test func onlyStaticNodesCount() throws {
        let head = (type: "HeadNode", queue: nil as String?, state: "running")
        let login = (type: "LoginNode", queue: nil as String?, state: "running")
        func compute(
            _ queue: String, _ state: String = "running"
        ) -> (type: String, queue: String?, state: String) {
            ("ComputeNode", queue, state)
        }
        let shapes = try Self.shapes()
        func count(
            _ rows: [(type: String, queue: String?, state: String)]
        ) throws -> Int {
            ClusterInstance.staticNodes(among: try Self.instances(rows), of: shapes)
        }
        #expect(try count([head, login, compute("gpu")]) == 1)
        #expect(try count([head, login, compute("gpu"), compute("cpu")]) == 1)
        #expect(try count([head, compute("gpu"), compute("gpu", "pending")]) == 2)
        #expect(try count([head, compute("gpu"), compute("gpu", "terminated")]) == 1)
        #expect(try count([head, compute("gpu"), compute("gpu"), compute("gpu")]) == 2)
        // Where the configuration is not known, every compute node counts, and still no other one.
        let all = try Self.instances([head, login, compute("gpu"), compute("cpu")])
        #expect(ClusterInstance.staticNodes(among: all, of: nil) == 2)
    }
}
