@testable import ClusterView
import History
import SlurmKit
import SlurmModel
import TestSupport
import Verdicts

/// Clusters that nobody would think of: every base state with any flags, texts that mean something to a terminal, a shell or
/// fleet itself, figures of 0 and figures that do not fit together.
struct ComposedCluster {
    static let now = 1_800_000_000

    var nodes: [Node] = []
    var partitions: [Partition] = []
    var verdicts: [String: [LastVerdict]] = [:]
    var jobs: [Job] = []

    /// What an administrator, a node or a site's probe may have written.
    static let texts = [
        "bad GPU", "fleet: gpu.lost GPU 2: gone [root]",
        "\u{1b}[31mred\u{1b}[0m\nsecond line\t\u{0}",
        "it's $(reboot) `x` \"y\"; rm -rf /", "use {nodes} and {max}", "장애 🚨 \u{202e}rtl\u{2066}",
        " ",
        "-", "Not responding", "Node unexpectedly rebooted", String(repeating: "long ", count: 90),
    ]

    static let features = ["efa", "h100", "-", "rack-7"]
    static let partitionNames = ["gpu", "cpu", "a&b", "cloud"]

    /// Composes a cluster of so many nodes.
    init(_ seed: UInt64, nodes count: Int = 18) {
        var random = SeededRandom(seed)
        let states: [Partition.State] = [.up, .up, .down, .drain, .inactive]
        partitions = Self.partitionNames.map {
            Partition(
                name: $0, state: states.randomElement(using: &random) ?? .up,
                isDefault: $0 == "gpu", isHidden: $0 == "cpu",
                maxMinutes: Bool.random(using: &random) ? nil : Int.random(in: 0...9_999))
        }
        for number in 1...count {
            let node = Self.node("n\(number)", &random)
            nodes.append(node)
            if Int.random(in: 0..<4, using: &random) > 0 {
                verdicts[node.name] = Self.verdicts(of: node.name, &random)
            }
            if Bool.random(using: &random) {
                jobs.append(
                    Job(
                        id: UInt32(number), name: Self.texts.randomElement(using: &random),
                        state: [.running, .suspended, .completed].randomElement(using: &random)
                            ?? .running,
                        isCompleting: Bool.random(using: &random), user: "u\(number % 3)",
                        nodes: [node.name], start: Self.now - number * 100,
                        end: Self.now + number * 50 - 500))
            }
        }
    }

    private static func node(_ name: String, _ random: inout SeededRandom) -> Node {
        func any<Element>(_ elements: [Element]) -> Element {
            elements[Int.random(in: 0..<elements.count, using: &random)]
        }
        let flags = (0..<any([0, 0, 1, 1, 2, 3])).map { _ in any(NodeState.Flag.allCases) }
        // GPUs of two types; more may be in use than are configured any more.
        let types = any([[], ["h100"], ["h100", "a100"], [nil]] as [[String?]])
        var node = Node(
            name: name, hostname: any([name, nil]),
            partitions: partitionNames.filter { _ in any([true, false]) },
            state: NodeState(base: any([.idle] + NodeState.Base.allCases), flags: flags),
            cpus: Node.CPUs(
                total: any([0, 1, 64, 192]), allocated: any([0, 0, 8]),
                load: any([nil, 0, 0.4, 70])),
            memory: Node.Memory(
                total: any([0, 1_000]), allocated: any([0, 500]), free: any([nil, 0, 10, 900])),
            gpus: types.map {
                GPUCount(type: $0, total: any([0, 4, 8]), used: any([0, 0, 2, 9]))
            },
            features: features.filter { _ in any([true, false]) },
            bootTime: any([nil, now - 864_000, now - 600]),
            version: any([nil, "24.11.5", "24.11.5"]))
        if any([true, false, false]) {
            node.reason = NodeReason(
                text: any(texts), user: any([nil, "root", "ann"]),
                time: any([nil, now - 60, now - 90_000]))
        }
        return node
    }

    private static func verdicts(
        of node: String, _ random: inout SeededRandom
    ) -> [LastVerdict] {
        ["gpu-check", "check-mount /lustre"].map { check in
            let verdict = Verdict.allCases.randomElement(using: &random) ?? .ok
            let text = texts.randomElement(using: &random) ?? ""
            return LastVerdict(
                node: node, check: check, verdict: verdict,
                time: now
                    - [60, 3_600, 90_000, 900_000, -900_000][Int.random(in: 0..<5, using: &random)],
                run: "r\(Int.random(in: 0..<3, using: &random))", user: "ann",
                message: verdict == .ok ? nil : text,
                findings: verdict == .ok
                    ? []
                    : [
                        HistoryFinding(
                            Finding(
                                .fail, code: "x.y", subject: "GPU 2", message: text,
                                remedy: text == " " ? "reboot the node" : text))
                    ], recent: ["", "of", "fofo", "offofo"].randomElement(using: &random) ?? "")
        }
    }

    /// What a status says of all of it, or of the nodes that are picked.
    func status(_ isPicked: (Node) -> Bool = { _ in true }) -> ClusterStatus {
        ClusterStatus(
            cluster: Cluster(name: "demo", partitions: partitions, nodes: nodes),
            nodes: nodes.filter(isPicked), partitionNames: [], jobs: jobs, seesAllJobs: true,
            verdicts: verdicts, generated: Self.now, canReboot: true)
    }
}
