import FoundationEssentials
import SlurmModel
import Testing

/// Nodes are kept in the journals of runs, which newer fleets read.
@Suite struct NodeCodableTests {
    @Test func old() throws {
        let text = """
            {"name":"a","partitions":["p"],"state":{"base":"idle","flags":["drain"]},
            "cpus":{"total":8,"allocated":1},"memory":{"total":100,"allocated":0},
            "gpus":[{"type":"h100","total":8,"used":1}],"gres":[{"name":"gpu","type":"h100","count":8}],
            "features":["x"]}
            """
        let node = try JSONDecoder().decode(Node.self, from: Data(text.utf8))
        #expect(
            node
                == Node(
                    name: "a", partitions: ["p"], state: NodeState(base: .idle, flags: [.drain]),
                    cpus: Node.CPUs(total: 8, allocated: 1),
                    memory: Node.Memory(total: 100, allocated: 0),
                    gpus: [GPUCount(type: "h100", total: 8, used: 1)],
                    gres: [GRES(name: "gpu", type: "h100", count: 8)], features: ["x"]))
    }

    @Test func new() throws {
        var details = NodeDetails()
        details.weight = 3
        details.extra = "{\"a\": 1}\n"
        details.suspendSeconds = .unlimited
        let node = Node(
            name: "a", address: "10.0.0.1", instanceID: "i-1",
            state: NodeState(
                base: .down, flags: [.cloud],
                names: NodeStateNames(long: "DOWN", compact: "DOWN", complete: "DOWN+CLOUD")),
            slurmdStart: 5, lastBusy: 6, details: details)
        let data = try JSONEncoder().encode(node)
        #expect(try JSONDecoder().decode(Node.self, from: data) == node)
    }

    /// Sharing is no aliasing: a change of one is none of the other.
    @Test func shared() {
        let details = Indirect(wrappedValue: NodeDetails())
        var one = Node(name: "a")
        one.share(details)
        var two = Node(name: "b")
        two.share(details)
        #expect(two.hasDetails(of: one))
        two.details.weight = 2
        #expect(one.details.weight == nil)
        #expect(details.wrappedValue.weight == nil)
        #expect(!two.hasDetails(of: one))
    }
}
