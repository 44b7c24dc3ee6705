import ClusterView
import SlurmModel
@testable import Terminal
import TestSupport
import Testing

/// Nodes are written with what they share with the one before put into bytes once: that may change speed, and no byte.
@Suite struct NodeJSONTests {
    private static let rounds = Fuzzing.rounds(400, few: 6)

    /// Each changes one thing of a node, to one of two values.
    private static let changes: [@Sendable (inout Node, Int) -> Void] = [
        { $0.address = "10.0.0.\($1)" }, { $0.hostname = "h\($1)" }, { $0.instanceID = "i-\($1)" },
        { $0.bootTime = $1 }, { $0.slurmdStart = $1 }, { $0.lastBusy = $1 },
        { $0.version = "2\($1)" },
        { $0.partitions = ["p\($1)"] }, { $0.features = ["f\($1)"] },
        { $0.reason = NodeReason(text: "r\($1)") }, { $0.reason = NodeReason(text: "r", time: $1) },
        { $0.state = NodeState(base: $1 == 0 ? .idle : .down) },
        { $0.state = NodeState(base: .idle, flags: $1 == 0 ? [] : [.drain]) },
        {
            $0.state = NodeState(
                base: .idle,
                names: NodeStateNames(
                    long: "IDLE", compact: $1 == 0 ? "IDLE" : "IDLE~", complete: "IDLE"))
        },
        { $0.cpus.load = Double($1) }, { $0.cpus.allocated = $1 }, { $0.cpus.effective = $1 },
        { $0.cpus.total = $1 }, { $0.memory.free = $1 }, { $0.memory.total = $1 },
        { $0.memory.allocated = $1 }, { $0.gpus = [GPUCount(type: "t", total: 8, used: $1)] },
        { $0.gres = [GRES(name: "gpu", count: $1)] }, { $0.details.gresUsed = "gpu:\($1)" },
        { $0.details.gresConfigured = "gpu:\($1)" }, { $0.details.gresDrained = "gpu:\($1)" },
        { $0.details.comment = "c\($1)" }, { $0.details.extra = "e\($1)" },
        { $0.details.availableFeatures = ["a\($1)"] }, { $0.details.architecture = "x\($1)" },
        { $0.details.boards = $1 }, { $0.details.sockets = $1 }, { $0.details.coresPerSocket = $1 },
        { $0.details.threadsPerCore = $1 }, { $0.details.operatingSystem = "o\($1)" },
        { $0.details.temporaryDiskMiB = $1 }, { $0.details.specializedCores = $1 },
        { $0.details.specializedCPUs = "\($1)" }, { $0.details.specializedMemoryMiB = $1 },
        { $0.details.restrictedCores = "\($1)" }, { $0.details.restrictedCoresPerGPU = $1 },
        { $0.details.instanceType = "p\($1)" }, { $0.details.mcsLabel = "m\($1)" },
        { $0.details.nextState = "s\($1)" }, { $0.details.owner = "u\($1)" },
        { $0.details.port = $1 }, { $0.details.reservation = "r\($1)" },
        { $0.details.resumeAfter = $1 }, { $0.details.suspendSeconds = .value($1) },
        { $0.details.topology = "t\($1)" }, { $0.details.tresAllocated = "cpu=\($1)" },
        { $0.details.tresConfigured = "cpu=\($1)" }, { $0.details.watts = $1 },
        { $0.details.weight = $1 },
    ]

    private func together(_ nodes: [Node]) -> String {
        var writer = JSONWriter(isPretty: false)
        var json = NodeJSON()
        writer.array { writer in
            for index in nodes.indices {
                writer.element { json.write(nodes, at: index, to: &$0) }
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func apart(_ nodes: [Node]) throws -> String {
        try "[" + nodes.map { try JSONOutput.line(NodeLine($0)) }.joined(separator: ",") + "]"
    }

    @Test("Whatever changes from one node to the next is written, there and back")
    func everyField() throws {
        let plain = Node(name: "n1")
        for change in Self.changes {
            var one = plain
            var other = plain
            change(&one, 0)
            change(&other, 1)
            let nodes = [plain, one, one, other, one, plain]
            #expect(try together(nodes) == apart(nodes))
            // Each field is in the document: a change shows.
            #expect(try apart([one]) != apart([other]))
        }
    }

    @Test("Nodes that differ in any fields at once are each written as if alone")
    func anyFields() throws {
        var random = SeededRandom(Fuzzing.seed)
        for _ in 0..<Self.rounds {
            var node = Node(name: "n")
            var nodes: [Node] = []
            for number in 0..<12 {
                node.name = "n\(number)"
                for _ in 0..<Int.random(in: 0...2, using: &random) {
                    Self.changes.randomElement(using: &random)?(
                        &node, Int.random(in: 0...1, using: &random))
                }
                nodes.append(node)
            }
            #expect(try together(nodes) == apart(nodes), "seed \(Fuzzing.seed)")
        }
    }

    @Test("Figures of any size and texts of any kind are JSON that reads back")
    func hostile() throws {
        var node = Node(name: "n\"\\\u{0}\u{1b}\n장애\u{2028}")
        node.cpus = Node.CPUs(total: .max, allocated: .min, load: 0.1)
        node.memory = Node.Memory(total: .max, allocated: 0, free: .max)
        node.bootTime = .max
        node.lastBusy = .min
        node.details.suspendSeconds = .unlimited
        let text = try JSONOutput.line(NodeLine(node))
        #expect(text.contains(#""boot_time":"9999-12-31T23:59:59Z""#))
        #expect(text.contains(#""last_busy":"0000-01-01T00:00:00Z""#))
        #expect(text.contains(#""suspend_seconds":"unlimited""#))
        #expect(text.contains("\"total\":\(Int.max)"))
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 })
        #expect(text.contains(#""name":"n\"\\\u0000\u001b\n장애"#))
    }
}
