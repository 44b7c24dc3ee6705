import FanOut
import SlurmModel
import Testing

@Suite struct TargetPlannerTests {
    private static let now = 1_000_000

    private func decision(
        _ node: Node, _ partitions: [Partition] = [Partition(name: "p")], preferred: [String] = [],
        isRoot: Bool = false
    ) -> Target.Decision {
        var options = PlanOptions()
        options.partitions = preferred
        return TargetPlanner(
            partitions: partitions, options: options, isRoot: isRoot, mayGoDirect: false,
            now: Self.now
        ).plan(node).decision
    }

    // MARK: - What starts at once

    private func launchers(
        _ nodes: [Node], isRoot: Bool = false, _ change: (inout PlanOptions) -> Void
    ) -> [Launcher?] {
        var options = PlanOptions()
        options.hasSteps = true
        change(&options)
        return TargetPlanner(
            partitions: [Partition(name: "p")], options: options, isRoot: isRoot,
            mayGoDirect: isRoot, now: Self.now
        ).plan(nodes).map { if case .dispatch(let way) = $0.decision { way.launcher } else { nil } }
    }

    private static func nodes(_ count: Int, _ base: NodeState.Base = .idle) -> [Node] {
        (0..<count).map {
            Node(name: "n\($0)", partitions: ["p"], state: NodeState(base: base))
        }
    }

    private static func looks(_ options: inout PlanOptions) {
        (options.use, options.isBrief) = (.reads, true)
    }

    @Test("What only looks goes past the queue: without an allocation where that is allowed")
    func looking() {
        let nodes = Self.nodes(2) + Self.nodes(1, .mixed)
        #expect(launchers(nodes, isRoot: true, Self.looks) == [.direct, .direct, .direct])
        // An allocation waits for all of its nodes; a busy one gets a job of its own.
        #expect(launchers(nodes, Self.looks) == [.srun, .srun, .job])
        let jobs: [Launcher] = [.job, .job, .job]
        for isRoot in [true, false] {
            #expect(launchers(nodes, isRoot: isRoot) { $0.use = .reads } == jobs)
            #expect(launchers(nodes, isRoot: isRoot) { $0.use = .changes } == jobs)
            #expect(launchers(nodes, isRoot: isRoot) { _ in } == jobs)
            for change: (inout PlanOptions) -> Void in [
                { $0.via = .job }, { $0.hasSteps = false }, { $0.wantsJobs = true },
            ] {
                let found = launchers(nodes, isRoot: isRoot) {
                    Self.looks(&$0)
                    change(&$0)
                }
                #expect(found == jobs)
            }
        }
    }

    @Test("GPUs that Slurm hides from steps without an allocation are asked for")
    func hiddenDevices() {
        let found = launchers(Self.nodes(2) + Self.nodes(1, .mixed), isRoot: true) {
            Self.looks(&$0)
            $0.needsDevices = true
        }
        #expect(found == [.srun, .srun, .job])
    }

    @Test("A short command on few idle nodes waits for no scheduler")
    func short() {
        func found(_ nodes: [Node], _ change: (inout PlanOptions) -> Void = { _ in }) -> Set<
            Launcher?
        > {
            Set(
                launchers(nodes) {
                    $0.isShort = true
                    change(&$0)
                })
        }
        #expect(found(Self.nodes(16)) == [.srun])
        #expect(found(Self.nodes(17)) == [.job])
        #expect(found(Self.nodes(3) + Self.nodes(1, .mixed)) == [.job])
        // A node on which nothing is run does not count.
        #expect(found(Self.nodes(16) + Self.nodes(1, .down)) == [.srun, nil])
        #expect(found(Self.nodes(2)) { $0.wantsJobs = true } == [.job])
        #expect(found(Self.nodes(2)) { $0.hasSteps = false } == [.job])
        #expect(found(Self.nodes(2)) { $0.via = .job } == [.job])
    }

    struct Obstacle: Sendable, CustomTestStringConvertible {
        let state: NodeState
        let reason: String
        let remedy: String
        var testDescription: String { state.text }

        init(_ base: NodeState.Base, _ flags: NodeState.Flag..., reason: String, remedy: String) {
            state = NodeState(base: base, flags: flags)
            self.reason = reason
            self.remedy = remedy
        }

        init(_ base: NodeState.Base, _ flags: NodeState.Flag..., asleep: String) {
            state = NodeState(base: base, flags: flags)
            reason = "\(asleep); fleet wakes no node unless asked to"
            remedy = "--power-up wakes it, and may cost money"
        }
    }

    private static let down =
        "look at its console and slurmd's log; how to resume it: fleet status --state down"
    private static let invalid =
        "compare 'slurmd -C' on the node with slurm.conf and gres.conf; then restart slurmd"
    private static let resume = "how to resume it: fleet status --state drain"
    private static let drained = "root and SlurmUser reach it: --include-drained --via direct"

    @Test(arguments: [
        Obstacle(.idle, .poweredDown, .cloud, asleep: "powered down"),
        // Waking a drained node is no way to run anything there.
        Obstacle(
            .down, .poweredDown, .drain, reason: "powered down, and drained", remedy: resume),
        Obstacle(
            .idle, .poweringUp, .drain, .notResponding, reason: "powering up, and drained",
            remedy: resume),
        Obstacle(
            .idle, .poweringDown, .drain, reason: "powering down, and drained", remedy: resume),
        // This one is drained because it is to be powered down.
        Obstacle(.idle, .poweringDown, asleep: "powering down"),
        Obstacle(.idle, .powerDown, asleep: "powering down"),
        Obstacle(.mixed, .powerDrain, .drain, asleep: "powering down"),
        Obstacle(.idle, .poweringUp, asleep: "powering up"),
        Obstacle(.idle, .powerUp, asleep: "powering up"),
        Obstacle(
            .future, reason: "not there yet (state future)",
            remedy: "leave such nodes out: --state '!future'"),
        Obstacle(
            .idle, .invalidRegistration, .drain,
            reason: "its registration is invalid: see slurmctld's log",
            remedy: invalid),
        Obstacle(.down, reason: "down", remedy: down),
        Obstacle(.down, .drain, .notResponding, reason: "down", remedy: down),
        Obstacle(
            .idle, .notResponding, .drain, reason: "not responding",
            remedy: "can it be reached? then, on the node: systemctl status slurmd"),
        Obstacle(
            .idle, .fail, .drain, reason: "failing",
            remedy: "repair it; how to resume it: fleet status --state fail"),
        Obstacle(.mixed, .drain, reason: "drained", remedy: drained),
        Obstacle(.idle, .drain, reason: "drained", remedy: drained),
        Obstacle(
            .unknown, reason: "state unknown",
            remedy: "is slurmd running there? slurmctld has not heard of it since it started"),
        Obstacle(
            .error, reason: "state error",
            remedy: "what Slurm says of it: fleet status --state error"),
        Obstacle(
            .idle, .rebootIssued, reason: "rebooting",
            remedy: "come back when it is up: fleet status --state reboot_issued --watch"),
    ])
    func obstacles(_ given: Obstacle) {
        let node = Node(name: "n", partitions: ["p"], state: given.state)
        #expect(decision(node) == .notRun(.init(.state, given.reason, remedy: given.remedy)))
    }

    /// A job waits its turn or simply runs there.
    @Test(arguments: [
        NodeState(base: .idle), NodeState(base: .mixed), NodeState(base: .allocated),
        NodeState(base: .idle, flags: [.cloud]), NodeState(base: .idle, flags: [.completing]),
        NodeState(base: .idle, flags: [.planned]), NodeState(base: .idle, flags: [.reserved]),
        NodeState(base: .idle, flags: [.maintenance]),
        NodeState(base: .allocated, flags: [.rebootRequested]),
        NodeState(base: .idle, flags: [.dynamicNorm, .net]),
    ])
    func reachable(_ state: NodeState) {
        let node = Node(name: "n", partitions: ["p"], state: state)
        #expect(decision(node) == .dispatch(.init(.job, partition: "p")))
    }

    @Test func reasons() {
        func text(_ base: NodeState.Base, _ flag: NodeState.Flag?, _ reason: NodeReason) -> String?
        {
            let state = NodeState(base: base, flags: flag.map { [$0] } ?? [])
            let node = Node(name: "n", partitions: ["p"], state: state, reason: reason)
            guard case .notRun(let refusal) = decision(node) else { return nil }
            return refusal.reason
        }
        let full = NodeReason(text: "bad GPU", user: "ubuntu", time: Self.now - 7_200)
        #expect(text(.idle, .drain, full) == "drained by ubuntu 2 h ago: bad GPU")
        #expect(text(.down, nil, full) == "down by ubuntu 2 h ago: bad GPU")
        #expect(
            text(.idle, .invalidRegistration, full)
                == "its registration is invalid: bad GPU by ubuntu 2 h ago")
        #expect(text(.idle, .drain, NodeReason(text: "x")) == "drained: x")
        #expect(text(.idle, .drain, NodeReason(text: "x", user: "u")) == "drained by u: x")
        let future = NodeReason(text: "x", time: Self.now + 60)
        #expect(text(.idle, .drain, future) == "drained 0 s ago: x")
        // A reason stays when its state is over; then it is no obstacle.
        #expect(text(.idle, nil, full) == nil)
    }

    private static let two = [
        Partition(name: "a"), Partition(name: "b", isDefault: true), Partition(name: "c"),
    ]

    @Test func partitionChoice() {
        let node = Node(name: "n", partitions: ["a", "b"])
        #expect(decision(node, Self.two) == .dispatch(.init(.job, partition: "b")))
        #expect(
            decision(node, Self.two, preferred: ["a"]) == .dispatch(.init(.job, partition: "a")))
        #expect(
            decision(node, Self.two, preferred: ["a", "b"])
                == .dispatch(.init(.job, partition: "b")))
        #expect(
            decision(Node(name: "n", partitions: ["c", "a"]), Self.two)
                == .dispatch(.init(.job, partition: "a")))
    }

    @Test func noPartition() {
        let none = Target.Decision.notRun(
            .init(
                .partition, "in no partition, so no job can reach it",
                remedy: "put it into a partition in slurm.conf"))
        #expect(decision(Node(name: "n"), Self.two) == none)
        #expect(decision(Node(name: "n", partitions: ["gone"]), Self.two) == none)
    }

    private static func open(_ partition: String) -> String {
        "an administrator opens it: scontrol update partitionname=\(partition) state=up"
    }

    @Test(
        arguments: [
            (.down, "no partition takes the job: a is down"),
            (.drain, "no partition takes the job: a is drain"),
            (.inactive, "no partition takes the job: a is inactive"),
        ] as [(Partition.State, String)])
    func closedPartition(_ state: Partition.State, _ reason: String) {
        let node = Node(name: "n", partitions: ["a"])
        let partition = Partition(name: "a", state: state, isDefault: true)
        #expect(
            decision(node, [partition])
                == .notRun(.init(.partition, reason, remedy: Self.open("a"))))
        // Another partition of the node takes the job.
        let both = Node(name: "n", partitions: ["a", "b"])
        #expect(
            decision(both, [partition, Partition(name: "b")])
                == .dispatch(.init(.job, partition: "b")))
    }

    @Test func rootRules() {
        let node = Node(name: "n", partitions: ["a", "b"])
        let refusing = Partition(name: "a", isDefault: true, refusesRoot: true)
        let exclusive = Partition(name: "b", isRootOnly: true)
        let both = [refusing, exclusive]
        #expect(decision(node, both) == .dispatch(.init(.job, partition: "a")))
        #expect(decision(node, both, isRoot: true) == .dispatch(.init(.job, partition: "b")))
        #expect(
            decision(node, both, preferred: ["a"], isRoot: true)
                == .notRun(
                    .init(
                        .partition, "no partition takes the job: a refuses root's jobs",
                        remedy: "run fleet as another user")))
        #expect(
            decision(node, both, preferred: ["b"])
                == .notRun(
                    .init(
                        .partition, "no partition takes the job: b is for root only",
                        remedy: "run fleet as root")))
        let closed = Partition(name: "a", state: .down, refusesRoot: true)
        #expect(
            decision(node, [closed, exclusive])
                == .notRun(
                    .init(
                        .partition, "no partition takes the job: a is down, b is for root only",
                        remedy: Self.open("a"))))
        // One that would refuse the job all the same is not to be opened for it.
        #expect(
            decision(node, [closed], isRoot: true)
                == .notRun(
                    .init(
                        .partition, "no partition takes the job: a is down",
                        remedy: "run fleet as another user")))
    }

    @Test func targetKeepsNode() {
        let node = Node(name: "n", partitions: ["p"], features: ["x"])
        let planner = TargetPlanner(
            partitions: [Partition(name: "p")], options: PlanOptions(), isRoot: true,
            mayGoDirect: false, now: 0)
        #expect(planner.plan(node).node == node)
    }

    @Test(
        arguments: [
            (-5, "0 s"), (0, "0 s"), (99, "99 s"), (100, "1 min"), (119, "1 min"),
            (5_999, "99 min"), (6_000, "1 h"), (172_799, "47 h"), (172_800, "2 d"),
            (86_400 * 400, "400 d"),
        ] as [(Int, String)])
    func ages(_ seconds: Int, _ text: String) {
        #expect(Age(seconds: seconds).text == text)
    }
}
