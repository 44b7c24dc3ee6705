@testable import ClusterView
@testable import History
import SlurmKit
import SlurmModel
@testable import Verdicts

/// A cluster with one of everything that a status shows.
enum StatusFixtures {
    static let now = Fixtures.now

    static func node(
        _ name: String, _ partitions: [String], _ base: NodeState.Base, _ compact: String,
        _ flags: [NodeState.Flag] = [], cpus: Int = 0, load: Double? = 0.4, gpus: [GPUCount] = [],
        reason: NodeReason? = nil, version: String? = "24.11.5"
    ) -> Node {
        var node = Node(
            name: name, hostname: name, partitions: partitions,
            state: NodeState(
                base: base, flags: flags,
                names: NodeStateNames(
                    long: compact, compact: compact,
                    complete: ([base.rawValue] + flags.map(\.rawValue)).joined(separator: "+")
                        .uppercased())),
            cpus: Node.CPUs(total: 192, allocated: cpus, load: load),
            memory: Node.Memory(total: 2_063_450, allocated: cpus * 10_000, free: 900_000),
            gpus: gpus, gres: gpus.map { GRES(name: "gpu", type: $0.type, count: $0.total) },
            reason: reason, features: ["efa", "h100"], bootTime: now - 864_000, version: version)
        node.address = "10.0.0.\(name.utf8.count)"
        node.details.port = 6818
        node.details.sockets = 2
        node.details.coresPerSocket = 48
        node.details.threadsPerCore = 2
        node.details.availableFeatures = ["efa", "h100", "nvme"]
        node.slurmdStart = now - 7_200
        node.lastBusy = now - 50_000
        return node
    }

    static func h100(_ used: Int, _ indexes: [Int]? = nil) -> [GPUCount] {
        [GPUCount(type: "h100", total: 8, used: used, usedIndexes: indexes)]
    }

    static let vendor = NodeReason(
        text: "Xid 79 on GPU 3, fallen off the bus: waiting for the vendor (case 4711)",
        user: "ubuntu", time: now - 3 * 86_400)

    static let nodes: [Node] = [
        node(
            "gpu-1", ["gpu", "all"], .mixed, "MIX", cpus: 96, load: 95.25,
            gpus: h100(4, [0, 1, 2, 5])),
        node(
            "gpu-2", ["gpu", "all"], .allocated, "ALLOC", cpus: 192, load: 190,
            gpus: h100(8, Array(0..<8))),
        node("gpu-3", ["gpu", "all"], .idle, "DRAIN", [.drain], gpus: h100(0, []), reason: vendor),
        node(
            "gpu-4", ["gpu", "all"], .idle, "DRAIN*", [.drain, .notResponding], gpus: h100(0),
            reason: NodeReason(text: vendor.text, user: "ubuntu", time: now - 7_200)),
        node(
            "gpu-5", ["gpu", "all"], .down, "DOWN*", [.notResponding], load: nil, gpus: h100(0),
            reason: NodeReason(text: "장애 \u{1b}[31mred\nline two 🚨", user: "slurm", time: now - 600)
        ),
        node("gpu-6", ["gpu", "all"], .idle, "IDLE", load: 42.5, gpus: h100(0, [])),
        node("gpu-7", ["gpu", "all"], .idle, "IDLE*", [.notResponding], gpus: h100(0)),
        node("gpu-8", ["gpu", "all"], .idle, "IDLE", gpus: h100(0), version: "22.05.8"),
        node(
            "cloud-1", ["cloud", "all"], .idle, "IDLE~", [.cloud, .poweredDown], load: nil,
            gpus: h100(0), version: nil),
        node(
            "cloud-2", ["cloud", "all"], .mixed, "MIX#", [.cloud, .poweringUp], cpus: 8, load: nil,
            gpus: h100(1), version: nil),
        node("cpu-1", ["cpu", "all"], .idle, "MAINT", [.maintenance]),
    ]

    static let partitions = [
        Partition(
            name: "gpu", isDefault: true, nodes: "gpu-[1-8]", nodeCount: 8, maxMinutes: 4 * 1_440),
        Partition(name: "cloud", nodes: "cloud-[1-2]", nodeCount: 2, maxMinutes: 90),
        Partition(name: "cpu", state: .drain, isHidden: true, nodes: "cpu-1", nodeCount: 1),
        Partition(name: "all", nodes: "ALL", nodeCount: 11),
        Partition(name: "spare", state: .inactive),
    ]

    static let jobs = [
        Job(
            id: 1_234, name: "train 🚀", state: .running, user: "ann", nodes: ["gpu-1", "gpu-2"],
            partition: "gpu", start: now - 40_000, end: now + 50_000),
        Job(
            id: 1_240, name: "eval", state: .running, user: "bob", nodes: ["gpu-1"],
            partition: "gpu", start: now - 4_000),
        Job(id: 1_250, state: .running, isConfiguring: true, user: "ann", nodes: ["cloud-2"]),
        Job(
            id: 1_100, name: "old", state: .completed, user: "eve", nodes: ["gpu-6"],
            end: now - 20_000),
    ]

    static let verdicts = [
        "gpu-1": [
            LastVerdict(
                node: "gpu-1", check: "gpu-check", verdict: .ok, time: now - 3_600,
                run: "20261123-130211-7f3a", user: "ann")
        ],
        "gpu-2": [
            LastVerdict(
                node: "gpu-2", check: "check-mount /lustre", verdict: .fail, time: now - 600,
                run: "20261123-135211-01ab", user: "root", message: "/lustre: not mounted",
                since: now - 90_000, recent: "offf")
        ],
    ]

    /// Verdicts of a check that found nodes well a minute ago.
    static func checked(_ nodes: [Node]) -> [String: [LastVerdict]] {
        Dictionary(
            nodes.map { node in
                (
                    node.name,
                    [
                        LastVerdict(
                            node: node.name, check: "gpu-check", verdict: .ok, time: now - 60,
                            run: "20261123-135211-01ab", user: "root")
                    ]
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    static let cluster = Cluster(name: "demo", partitions: partitions, nodes: nodes)

    static let status = status(nodes)

    static func status(
        _ nodes: [Node], cluster: Cluster = cluster, jobs: [Job]? = jobs,
        verdicts: [String: [LastVerdict]] = verdicts, warnings: [String] = [],
        generated: Int = now
    ) -> ClusterStatus {
        ClusterStatus(
            cluster: cluster, nodes: nodes, partitionNames: [], jobs: jobs, seesAllJobs: true,
            verdicts: verdicts, warnings: warnings, generated: generated)
    }
}
