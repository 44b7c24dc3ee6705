@testable import ClusterView
import SlurmKit
import SlurmModel
import Testing

/// What nodes have, and what a job could get of it: counted node by node and type by type.
@Suite struct PartitionUsageTests {
    private func node(
        _ state: NodeState, _ gpus: [GPUCount], cpus: Int = 64, allocated: Int = 0
    ) -> Node {
        Node(
            name: "n1", state: state, cpus: Node.CPUs(total: cpus, allocated: allocated), gpus: gpus
        )
    }

    private func gpus(_ total: Int, _ used: Int, _ type: String? = nil) -> GPUCount {
        GPUCount(type: type, total: total, used: used)
    }

    /// Free, asleep and unavailable.
    private func shares(_ usage: PartitionUsage) -> [Int] {
        [usage.gpusFree, usage.gpusAsleep, usage.gpusUnavailable]
    }

    @Test(
        "A GPU that no job holds is free, asleep or unavailable, as its node's state has it",
        arguments: [
            (.idle, [], [6, 0, 0]), (.mixed, [.planned], [6, 0, 0]), (.idle, [.drain], [0, 0, 6]),
            (.mixed, [.drain], [0, 0, 6]), (.down, [], [0, 0, 6]), (.error, [], [0, 0, 6]),
            (.unknown, [], [0, 0, 6]), (.future, [], [0, 0, 6]), (.idle, [.fail], [0, 0, 6]),
            (.idle, [.maintenance, .reserved], [0, 0, 6]), (.idle, [.notResponding], [0, 0, 6]),
            (.idle, [.invalidRegistration], [0, 0, 6]), (.idle, [.rebootIssued], [0, 0, 6]),
            (.idle, [.rebootRequested], [6, 0, 0]), (.idle, [.cloud, .poweredDown], [0, 6, 0]),
            (.idle, [.cloud, .poweringUp, .notResponding], [0, 6, 0]),
            (.mixed, [.cloud, .powerDown], [0, 6, 0]), (.idle, [.powerDrain], [0, 0, 6]),
            (.idle, [.cloud, .poweredDown, .drain], [0, 0, 6]), (.down, [.poweredDown], [0, 0, 6]),
        ] as [(NodeState.Base, [NodeState.Flag], [Int])])
    func byState(_ base: NodeState.Base, _ flags: [NodeState.Flag], _ wanted: [Int]) {
        let usage = PartitionUsage.sum(of: [node(NodeState(base: base, flags: flags), [gpus(8, 2)])]
        )
        #expect(shares(usage) == wanted)
        #expect(usage.gpus == 8 && usage.gpusUsed == 2)
    }

    @Test(
        "GPUs that left the configuration while a job holds them take none of another type, or another node"
    )
    func goneFromTheConfiguration() {
        let idle = NodeState(base: .idle)
        let mixed = node(idle, [gpus(8, 0, "h100"), gpus(0, 4, "a100")])
        #expect(shares(PartitionUsage.sum(of: [mixed])) == [8, 0, 0])
        // The eight of the drained node are unavailable, however many the other has in use.
        let drained = node(NodeState(base: .idle, flags: [.drain]), [gpus(8, 0)])
        let over = node(NodeState(base: .mixed), [gpus(0, 4, "a100")])
        let usage = PartitionUsage.sum(of: [drained, over])
        #expect(shares(usage) == [0, 0, 8])
        #expect(usage.gpus == 8 && usage.gpusUsed == 4)
    }

    @Test("Nothing is 0 of everything, and a node without GPUs adds none")
    func nothing() {
        #expect(PartitionUsage.sum(of: []) == PartitionUsage())
        let bare = PartitionUsage.sum(of: [node(NodeState(base: .idle), [], cpus: 0)])
        #expect(bare.nodes == 1 && bare.cpus == 0 && shares(bare) == [0, 0, 0])
        let status = ClusterStatus(
            cluster: Cluster(name: "c", partitions: [Partition(name: "p")], nodes: []), nodes: [],
            partitionNames: [], generated: 0)
        #expect(status.usage == [PartitionUsage()])
    }

    @Test("The most that Slurm can say of each node adds up over a large cluster")
    func huge() {
        let most = Int(Int32.max)
        let one = node(NodeState(base: .mixed), [gpus(most, most - 1)], cpus: most, allocated: most)
        let count = 16_384
        let usage = PartitionUsage.sum(of: repeatElement(one, count: count))
        #expect(usage.cpus == most * count && usage.cpusAllocated == most * count)
        #expect(usage.gpus == most * count && usage.gpusFree == count)
    }

    @Test("The order of nodes changes nothing, and two halves are the whole")
    func order() {
        let nodes = ComposedCluster(3, nodes: 60).nodes
        let whole = PartitionUsage.sum(of: nodes)
        #expect(PartitionUsage.sum(of: nodes.reversed()) == whole)
        var halves = PartitionUsage.sum(of: nodes.prefix(30))
        for node in nodes.suffix(30) { halves.add(node) }
        #expect(halves == whole)
    }

    /// Neighbours that are in the same partitions are looked up once: the next ones must not inherit them.
    @Test("Each partition has its own nodes, whichever node came before")
    func perPartition() {
        let lists: [[String]] = [
            ["a"], ["a"], [], ["b", "a"], ["b"], ["nosuch"], ["a", "nosuch"],
        ]
        let nodes = lists.enumerated().map { place, list in
            Node(
                name: "n\(place)", partitions: list,
                cpus: Node.CPUs(total: 1 << place, allocated: 0))
        }
        let cluster = Cluster(
            name: "c", partitions: ["a", "b", "empty"].map { Partition(name: $0) }, nodes: nodes)
        let status = ClusterStatus(cluster: cluster, nodes: nodes, partitionNames: [], generated: 0)
        #expect(status.usage.map(\.nodes) == [4, 2, 0])
        #expect(status.usage.map(\.cpus) == [1 + 2 + 8 + 64, 8 + 16, 0])
        // Asked for by name, a partition shows whether it holds a node or not; one that is not there, not.
        let asked = ClusterStatus(
            cluster: cluster, nodes: [nodes[0]], partitionNames: ["empty", "b", "x"], generated: 0)
        #expect(asked.partitions.map(\.name) == ["b", "empty"])
    }
}
