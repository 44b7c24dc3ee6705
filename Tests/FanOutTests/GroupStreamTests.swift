@testable import FanOut
import Foundation
import TestSupport
import Testing

/// The output of `srun --label`, taken apart.
@Suite struct GroupStreamTests {
    /// The record's last line, which comes as it is.
    private static let trailer = "fleet-record/1 run=r1 nonce=secret"

    private static func lines(_ task: Int, _ node: String, _ record: [UInt8]) -> [String] {
        let text = Data(record).base64EncodedString()
        let parts = stride(from: 0, to: text.count, by: 700).map {
            String(text.dropFirst($0).prefix(700))
        }
        return (["fleet-begun/1 secret \(node)"] + parts + [trailer, "fleet-sent/1 secret"]).map {
            "\(task < 10 ? " " : "")\(task): \($0)\n"
        }
    }

    @Test("Lines of all nodes, mixed and cut anywhere", arguments: UInt64(0)..<60)
    func mixed(_ seed: UInt64) {
        var random = SeededRandom(seed)
        var records: [String: [UInt8]] = [:]
        var queues: [[String]] = []
        let nodes = (0..<Int.random(in: 1...14, using: &random)).map { "n\($0)" }
        // Whether the tasks are numbered in the nodes' order or not.
        let order = Bool.random(using: &random) ? nodes : nodes.shuffled(using: &random)
        for (task, node) in order.enumerated() {
            records[node] = (0..<Int.random(in: 0...4_000, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            queues.append(Self.lines(task, node, records[node] ?? []))
        }
        var output: [UInt8] = []
        while let index = queues.indices.filter({ !queues[$0].isEmpty })
            .randomElement(using: &random)
        {
            output += Array(queues[index].removeFirst().utf8)
            if Int.random(in: 0..<9, using: &random) == 0 { output += Array("noise: x\n".utf8) }
        }
        var stream = GroupStream(nonce: "secret", nodes: nodes)
        var answers: [String: [UInt8]] = [:]
        var begun: Set<String> = []
        while !output.isEmpty {
            let count = Int.random(in: 1...1_500, using: &random)
            for event in stream.take(Array(output.prefix(count))) {
                switch event {
                case .begun(let node): #expect(begun.insert(node).inserted)
                case .answered(let node, let bytes):
                    #expect(begun.contains(node))
                    #expect(answers.updateValue(bytes, forKey: node) == nil)
                case .large: Issue.record("large")
                }
            }
            output = Array(output.dropFirst(count))
        }
        #expect(answers == records.mapValues { $0 + Array("\n\(Self.trailer)\n".utf8) })
    }

    @Test(
        "What is no answer of this run is passed over",
        arguments: [
            "0: fleet-sent/1 secret\n", "0: fleet-begun/1 other n\n0: fleet-sent/1 other\n",
            "fleet-begun/1 secret n\nfleet-sent/1 secret\n", "x: fleet-begun/1 secret n\n",
            "-1: fleet-begun/1 secret n\n", ": \n", "\n\n", "0:fleet-begun/1 secret n\n",
            "99999999999999999999: fleet-begun/1 secret n\n", "0: fleet-begun/1 secret n",
        ])
    func others(_ text: String) {
        var stream = GroupStream(nonce: "secret", nodes: ["n"])
        #expect(stream.take(Array(text.utf8)).isEmpty)
    }

    @Test("A damaged line makes a record that does not add up, and later lines of the task none")
    func damaged() throws {
        var stream = GroupStream(nonce: "secret", nodes: ["a", "b", "c", "n"])
        let text = "3: fleet-begun/1 secret n\n3: QUJD\n3: %%%\n3: REVG\n3: fleet-sent/1 secret\n"
        #expect(
            stream.take(Array(text.utf8)) == [.begun("n"), .answered("n", Array("ABCDEF".utf8))])
        let more = "3: fleet-begun/1 secret m\n3: fleet-large/1 secret\n"
        #expect(stream.take(Array(more.utf8)).isEmpty)
    }

    @Test func large() {
        var stream = GroupStream(nonce: "secret", nodes: ["a", "b", "c", "n"])
        let text = "3: fleet-begun/1 secret n\n3: fleet-large/1 secret\n"
        #expect(stream.take(Array(text.utf8)) == [.begun("n"), .large("n")])
    }

    @Test("Output without an end of line takes no memory")
    func endless() {
        var stream = GroupStream(nonce: "secret", nodes: ["n"])
        for _ in 0..<100 {
            #expect(stream.take(Array(repeating: UInt8(ascii: "x"), count: 1 << 16)).isEmpty)
        }
        let text = "\n0: fleet-begun/1 secret n\n"
        #expect(stream.take(Array(text.utf8)) == [.begun("n")])
    }

    @Test("No task answers for the node of another", arguments: UInt64(0)..<200)
    func liars(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let nodes = (0..<Int.random(in: 2...9, using: &random)).map { "n\($0)" }
        let liar = Int.random(in: 0..<nodes.count, using: &random)
        let victim = (liar + Int.random(in: 1..<nodes.count, using: &random)) % nodes.count
        let isVictimDead = Bool.random(using: &random)
        var tasks = nodes.indices.filter { $0 != victim || !isVictimDead }
        tasks.shuffle(using: &random)
        if Bool.random(using: &random) { tasks.swapAt(0, tasks.firstIndex(of: liar) ?? 0) }
        var stream = GroupStream(nonce: "secret", nodes: nodes)
        var answers: [String: [UInt8]] = [:]
        for task in tasks {
            let lines = Self.lines(
                task, nodes[task == liar ? victim : task], [UInt8(ascii: "0") + UInt8(task)])
            for case .answered(let node, let bytes) in stream.take(Array(lines.joined().utf8)) {
                #expect(answers.updateValue(bytes, forKey: node) == nil)
            }
        }
        // The liar's own node and a dead one are asked alone.
        let honest = tasks.filter { $0 != liar }
        #expect(
            answers.mapValues(\.first)
                == Dictionary(
                    uniqueKeysWithValues: honest.map { (nodes[$0], UInt8(ascii: "0") + UInt8($0)) }
                ))
    }

    @Test("A task with a number that the group does not have is no task")
    func surplus() {
        var stream = GroupStream(nonce: "secret", nodes: ["a", "b"])
        #expect(stream.take(Array(Self.lines(2, "b", [1]).joined().utf8)).isEmpty)
    }
}
