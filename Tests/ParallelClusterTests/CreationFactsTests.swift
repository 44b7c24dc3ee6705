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

    private static func late(after minutes: Double, usual: Int?) -> StandingWarning? {
        var facts = CreationFacts(now: minutes * 60, started: 0)
        facts.usualMinutes = usual
        return facts.warnings.first { $0.key == "late" }
    }

    /// Late is what takes longer than the operator's own creations; the guide's time counts where there are none.
    @Test func lateIsAboveOnesOwnMedian() {
        #expect(Self.late(after: 35, usual: nil) == nil)
        #expect(
            Self.late(after: 36, usual: nil)?.message == "36 min, and 25-35 are usual")
        #expect(Self.late(after: 18.9, usual: 18) == nil)
        #expect(
            Self.late(after: 19, usual: 18)?.message == "19 min, and about 18 are usual")
        // Whose creations take longer than the guide's are not told that they are late.
        #expect(Self.late(after: 50, usual: 55) == nil)
        #expect(Self.late(after: 56, usual: 55) != nil)
    }

    @Test func theMedianIsOfWhatWasKept() throws {
        let folder = try TemporaryFolder()
        #expect(ClusterFolder.usualMinutes(home: folder.path) == nil)
        for (stack, seconds) in [("a", 60 * 60), ("b", 18 * 60 + 40), ("c", 4)] {
            let kept = ClusterFolder(home: folder.path, name: "ml", stackID: "x/\(stack)")
            #expect(kept.keep("\(seconds)\n", as: "duration"))
        }
        #expect(ClusterFolder.usualMinutes(home: folder.path) == 18)
    }

    /// A capacity block is counted down to its begin, and to its end.
    @Test func aCapacityBlockIsCountedDown() {
        var facts = CreationFacts(now: 1_795_722_072, started: 1_795_722_000)
        #expect(StackWatch.words(forBlockOf: facts) == nil)
        facts.blockStart = facts.now + 3 * 3_600
        #expect(
            StackWatch.words(forBlockOf: facts)
                == "nodes come in 3 h, at 2026-11-26T22:41:12Z, when their capacity block begins")
        facts.blockEnd = facts.now + 27 * 3_600
        #expect(
            StackWatch.words(forBlockOf: facts)?.hasSuffix(
                "begins; it ends in 27 h, at 2026-11-27T22:41:12Z") == true)
        facts.now += 4 * 3_600
        #expect(
            StackWatch.words(forBlockOf: facts)
                == "the capacity block ends in 23 h, at 2026-11-27T22:41:12Z")
    }
}
