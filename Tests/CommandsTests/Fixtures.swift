import FanOut
import Reports
import Runs
import SlurmKit
import SlurmModel
import Terminal
import Verdicts

/// A small cluster with one node of every kind an operator meets.
enum Fixtures {
    /// When slurmctld was asked: 2026-11-23 14:02:11 UTC.
    static let now = 1_795_442_531

    static let partitions = [
        Partition(
            name: "gpu", isDefault: true, nodes: "gpu-[1-4]", nodeCount: 4, cpuCount: 768,
            maxMinutes: 4 * 1_440),
        Partition(
            name: "cpu", state: .drain, isHidden: true, refusesRoot: true, isRootOnly: true,
            nodes: "cpu-1", nodeCount: 1, cpuCount: 32, maxMinutes: 90),
        Partition(name: "spare", state: .inactive),
    ]

    static let healthy = Node(
        name: "gpu-1", hostname: "ip-10-0-0-1", partitions: ["gpu"],
        state: NodeState(base: .mixed), cpus: Node.CPUs(total: 192, allocated: 96, load: 95.25),
        memory: Node.Memory(total: 2_063_450, allocated: 1_000_000, free: 900_000),
        gpus: [GPUCount(type: "h100", total: 8, used: 4)], features: ["efa", "h100"],
        bootTime: now - 864_000, version: "22.05.8")

    static let drained = Node(
        name: "gpu-2", hostname: "ip-10-0-0-2", partitions: ["gpu"],
        state: NodeState(base: .idle, flags: [.drain, .notResponding]),
        cpus: Node.CPUs(total: 192, allocated: 0),
        memory: Node.Memory(total: 2_063_450, allocated: 0),
        gpus: [GPUCount(type: "h100", total: 8, used: 0)],
        reason: NodeReason(
            text: "Xid 79 on GPU 3, fallen off the bus: waiting for the vendor (case 4711)",
            user: "ubuntu", time: now - 3 * 86_400))

    static let hostile = Node(
        name: "gpu-3", partitions: ["gpu"], state: NodeState(base: .down),
        cpus: Node.CPUs(total: 192, allocated: 0),
        memory: Node.Memory(total: 2_063_450, allocated: 0),
        gpus: [
            GPUCount(type: "a100", total: 4, used: 0), GPUCount(type: nil, total: 2, used: 1),
        ],
        reason: NodeReason(text: "장애 \u{1b}[31mred\nline two 🚨"))

    static let asleep = Node(
        name: "gpu-4", partitions: ["gpu"],
        state: NodeState(base: .idle, flags: [.cloud, .poweredDown]),
        cpus: Node.CPUs(total: 192, allocated: 0),
        memory: Node.Memory(total: 2_063_450, allocated: 0),
        gpus: [GPUCount(type: "h100", total: 8, used: 0)])

    static let plain = Node(
        name: "cpu-1", partitions: ["cpu"], cpus: Node.CPUs(total: 32, allocated: 0, load: 0),
        memory: Node.Memory(total: 64_000, allocated: 0, free: 0), bootTime: now)

    static let nodes = [healthy, drained, hostile, asleep, plain]

    static let cluster = Cluster(name: "demo", partitions: partitions, nodes: nodes)

    /// The planner of a user who may do nothing special.
    static func planner(now: Int = now, _ options: PlanOptions = PlanOptions()) -> TargetPlanner {
        TargetPlanner(
            partitions: partitions, options: options, isRoot: false, mayGoDirect: false, now: now)
    }

    /// A target that was not run, with the planner's own words.
    static func notRun(_ node: Node, as name: String? = nil, probe: some Probe) -> NodeReport {
        guard case .notRun(let refusal) = planner().plan(node).decision else {
            return finished(node.name, "", probe: probe)
        }
        return NodeReport(
            result: NodeResult(node: name ?? node.name, refusal: refusal), node: node, probe: probe)
    }

    /// A target that ended with this output.
    static func finished(
        _ name: String, _ stdout: String, exit: Int = 0, node: Node? = nil, stderr: String = "",
        probe: some Probe
    ) -> NodeReport {
        NodeReport(
            result: NodeResult(
                node: name, outcome: .finished, exit: ExitStatus(shellStatus: exit), duration: 1.46,
                launcher: .job, jobID: 4711, stdout: Array(stdout.utf8), stderr: Array(stderr.utf8)
            ),
            node: node, probe: probe)
    }

    /// A target that ended without an answer.
    static func ended(
        _ name: String, _ outcome: Outcome, _ reason: String?, remedy: String? = nil,
        node: Node? = nil, probe: some Probe
    ) -> NodeReport {
        NodeReport(
            result: NodeResult(
                node: name, outcome: outcome, launcher: .job, jobID: 4712, reason: reason,
                remedy: remedy),
            node: node, probe: probe)
    }

    /// A run of these reports.
    static func run(_ probe: String, _ reports: [NodeReport]) -> RunReport {
        RunReport(
            id: "20261123-140211-7f3a", probe: probe, launcher: "job", started: now,
            ended: now + 12, reports: reports)
    }

    /// A table of reports, as a run prints it.
    static func lines(_ table: any ReportTable, _ reports: [NodeReport], width: Int?) -> [String] {
        var printed = Table(table.columns)
        for row in reports.flatMap({ table.rows(for: $0) }) { printed.add(row) }
        return printed.lines(width: width)
    }

    /// What a run directory says about a run of two nodes.
    static func manifest(
        _ specification: any ProbeSpecification, id: String = "20261123-140211-7f3a"
    ) -> RunManifest {
        let plan = RunPlan(
            id: RunID(id), nonce: "0123", directory: "/home/u/.fleet/runs/\(id)",
            payload: specification.probe.payload, environment: ["PATH=/usr/bin"])
        return RunManifest(
            plan: plan, specification: specification,
            command: ["/usr/bin/fleet"] + ["run", "--", "a b"], user: "ubuntu", cluster: "demo",
            started: now,
            nodeCount: 2, nodes: "gpu-[1-2]", head: nil, isStrict: false, ignoresNotRun: false)
    }
}
