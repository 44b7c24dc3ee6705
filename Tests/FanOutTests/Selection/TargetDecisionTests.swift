import FanOut
import SlurmModel
import Testing

/// What is asked, and what the node does: which way is taken, and what the row will say about it.
@Suite struct TargetDecisionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var state: NodeState
        var options = PlanOptions()
        var mayGoDirect = false
        var partitions = ["p"]
        var decision: Target.Decision

        var testDescription: String {
            "\(state.text), \(options), \(mayGoDirect ? "root" : "user") -> \(decision)"
        }
    }

    private static func options(_ change: (inout PlanOptions) -> Void = { _ in }) -> PlanOptions {
        var options = PlanOptions()
        change(&options)
        return options
    }

    private static func state(
        _ base: NodeState.Base, _ flags: NodeState.Flag...
    ) -> NodeState {
        NodeState(base: base, flags: flags)
    }

    private static let holder = "busy: job 1234 (ubuntu) until 14:20"
    private static let job = Target.Decision.dispatch(.init(.job, partition: "p"))
    private static let wholeNode = Target.Decision.dispatch(
        .init(.job, partition: "p", isExclusive: true))
    private static let direct = Target.Decision.dispatch(.init(.direct))
    private static let besideJobs = Target.Decision.dispatch(.init(.direct, note: holder))
    private static let skipped = Target.Decision.notRun(
        .init(.busy, holder, remedy: "--on-busy wait waits for it, up to --wait"))

    private func check(_ test: Case) {
        let planner = TargetPlanner(
            partitions: [Partition(name: "p")], options: test.options, isRoot: false,
            mayGoDirect: test.mayGoDirect,
            holders: Holders(
                [Job(id: 1234, state: .running, user: "ubuntu", nodes: ["n"], end: 9)],
                clock: { _ in "14:20" }),
            now: 1_000_000)
        let node = Node(name: "n", partitions: test.partitions, state: test.state)
        #expect(planner.plan(node).decision == test.decision)
    }

    @Test(arguments: [
        // A user's own command waits for its place, whoever may go in beside the jobs.
        Case(state: state(.allocated), decision: job),
        Case(state: state(.allocated), mayGoDirect: true, decision: job),
        Case(state: state(.allocated), options: options { $0.onBusy = .run }, decision: job),
        Case(
            state: state(.allocated), options: options { $0.onBusy = .run }, mayGoDirect: true,
            decision: besideJobs),
        Case(state: state(.allocated), options: options { $0.onBusy = .skip }, decision: skipped),
        // What only looks goes in beside the jobs where it can.
        Case(state: state(.allocated), options: options { $0.use = .reads }, decision: job),
        Case(
            state: state(.allocated), options: options { $0.use = .reads }, mayGoDirect: true,
            decision: besideJobs),
        Case(
            state: state(.allocated),
            options: options { ($0.use, $0.via) = (.reads, .job) }, mayGoDirect: true,
            decision: job),
        Case(
            state: state(.allocated),
            options: options { ($0.use, $0.onBusy) = (.reads, .wait) }, mayGoDirect: true,
            decision: job),
        Case(
            state: state(.allocated),
            options: options { ($0.use, $0.isExclusive) = (.reads, true) }, mayGoDirect: true,
            decision: wholeNode),
        // What changes a node wants it alone.
        Case(state: state(.allocated), options: options { $0.use = .changes }, decision: wholeNode),
        Case(
            state: state(.allocated), options: options { $0.use = .changes }, mayGoDirect: true,
            decision: wholeNode),
        Case(state: state(.mixed), options: options { $0.use = .changes }, decision: wholeNode),
        Case(state: state(.idle), options: options { $0.use = .changes }, decision: wholeNode),
        Case(
            state: state(.mixed), options: options { ($0.use, $0.onBusy) = (.changes, .skip) },
            decision: skipped),
        Case(
            state: state(.allocated), options: options { ($0.use, $0.onBusy) = (.changes, .run) },
            mayGoDirect: true, decision: besideJobs),
        Case(
            state: state(.mixed), options: options { ($0.use, $0.onBusy) = (.changes, .run) },
            mayGoDirect: true, decision: job),
        // A mixed node has a place for a job that takes little.
        Case(state: state(.mixed), decision: job),
        Case(state: state(.mixed), options: options { $0.onBusy = .skip }, decision: job),
        Case(
            state: state(.mixed), options: options { ($0.isExclusive, $0.onBusy) = (true, .skip) },
            decision: skipped),
        Case(state: state(.idle), options: options { $0.isExclusive = true }, decision: wholeNode),
        Case(state: state(.idle), options: options { $0.onBusy = .skip }, decision: job),
    ])
    func busy(_ test: Case) {
        check(test)
    }

    @Test(arguments: [
        Case(
            state: state(.idle), options: options { $0.via = .srun },
            decision: .dispatch(.init(.srun, partition: "p"))),
        Case(
            state: state(.allocated), options: options { $0.via = .srun },
            decision: .dispatch(.init(.srun, partition: "p"))),
        Case(
            state: state(.mixed), options: options { ($0.via, $0.use) = (.srun, .changes) },
            decision: .dispatch(.init(.srun, partition: "p", isExclusive: true))),
        Case(
            state: state(.idle), options: options { $0.via = .direct }, mayGoDirect: true,
            decision: direct),
        Case(
            state: state(.mixed), options: options { $0.via = .direct }, mayGoDirect: true,
            decision: direct),
        Case(
            state: state(.allocated), options: options { $0.via = .direct }, mayGoDirect: true,
            decision: besideJobs),
        Case(
            state: state(.allocated),
            options: options { ($0.via, $0.onBusy) = (.direct, .skip) }, mayGoDirect: true,
            decision: .notRun(
                .init(.busy, holder, remedy: "--on-busy run goes in beside the jobs"))),
        // Nothing queues behind a job without an allocation.
        Case(
            state: state(.allocated), options: options { ($0.via, $0.use) = (.direct, .changes) },
            mayGoDirect: true,
            decision: .notRun(
                .init(
                    .busy, "\(holder); the direct launcher cannot wait for it",
                    remedy: "--via job waits, --on-busy run goes in beside the jobs"))),
        Case(
            state: state(.mixed),
            options: options { ($0.via, $0.use, $0.onBusy) = (.direct, .changes, .run) },
            mayGoDirect: true, decision: direct),
        Case(
            state: state(.idle), options: options { $0.via = .direct }, mayGoDirect: true,
            partitions: [], decision: direct),
    ])
    func launchers(_ test: Case) {
        check(test)
    }

    private static let downRemedy =
        "look at its console and slurmd's log; how to resume it: fleet status --state down"
    private static let drainedRemedy =
        "only root and SlurmUser reach a drained node, with --via direct"

    @Test(arguments: [
        Case(
            state: state(.idle, .drain),
            decision: .notRun(
                .init(
                    .state, "drained",
                    remedy: "root and SlurmUser reach it: --include-drained --via direct"))),
        Case(
            state: state(.idle, .drain), mayGoDirect: true,
            decision: .notRun(
                .init(
                    .state, "drained", remedy: "--include-drained reaches it all the same"))),
        Case(
            state: state(.idle, .drain), options: options { $0.includeDrained = true },
            decision: .notRun(.init(.state, "drained", remedy: drainedRemedy))),
        Case(
            state: state(.idle, .drain),
            options: options { ($0.includeDrained, $0.via) = (true, .job) }, mayGoDirect: true,
            decision: .notRun(.init(.state, "drained", remedy: drainedRemedy))),
        Case(
            state: state(.idle, .drain), options: options { $0.includeDrained = true },
            mayGoDirect: true, decision: .dispatch(.init(.direct, note: "drained"))),
        Case(
            state: state(.idle, .drain),
            options: options { ($0.includeDrained, $0.use) = (true, .changes) },
            mayGoDirect: true, decision: .dispatch(.init(.direct, note: "drained"))),
        Case(
            state: state(.mixed, .drain),
            options: options { ($0.includeDrained, $0.via) = (true, .direct) },
            mayGoDirect: true, decision: .dispatch(.init(.direct, note: "drained"))),
        // A node that drains takes no job, however long one waits for it.
        Case(
            state: state(.mixed, .drain),
            options: options { ($0.includeDrained, $0.use) = (true, .changes) },
            mayGoDirect: true,
            decision: .notRun(
                .init(
                    .busy, "drained, and \(holder)",
                    remedy: "come back when its jobs have ended; --on-busy run goes in beside them")
            )),
        Case(
            state: state(.allocated, .drain),
            options: options {
                ($0.includeDrained, $0.use, $0.onBusy) = (true, .changes, .run)
            },
            mayGoDirect: true, decision: .dispatch(.init(.direct, note: "drained"))),
        // What is down stays down.
        Case(
            state: state(.down, .drain), options: options { $0.includeDrained = true },
            mayGoDirect: true,
            decision: .notRun(.init(.state, "down", remedy: downRemedy))),
    ])
    func drained(_ test: Case) {
        check(test)
    }

    @Test(arguments: [
        Case(
            state: state(.idle, .cloud, .poweredDown), options: options { $0.powerUp = true },
            decision: .dispatch(.init(.job, partition: "p", note: "woken: it was powered down"))),
        Case(
            state: state(.idle, .poweringDown), options: options { $0.powerUp = true },
            decision: .dispatch(.init(.job, partition: "p", note: "woken: it was powering down"))),
        Case(
            state: state(.idle, .poweringUp, .notResponding),
            options: options { ($0.powerUp, $0.via) = (true, .srun) },
            decision: .dispatch(.init(.srun, partition: "p", note: "woken: it was powering up"))),
        Case(
            state: state(.down, .poweredDown), options: options { $0.powerUp = true },
            decision: .dispatch(.init(.job, partition: "p", note: "woken: it was powered down"))),
        Case(
            state: state(.idle, .poweredDown),
            options: options { ($0.powerUp, $0.via) = (true, .direct) }, mayGoDirect: true,
            decision: .notRun(
                .init(
                    .state, "powered down; the direct launcher wakes no node",
                    remedy: "--via job"))),
        Case(
            state: state(.idle, .poweredDown), mayGoDirect: true,
            decision: .notRun(
                .init(
                    .state, "powered down; fleet wakes no node unless asked to",
                    remedy: "--power-up wakes it, and may cost money"))),
        Case(
            state: state(.future, .poweredDown), options: options { $0.powerUp = true },
            decision: .notRun(
                .init(
                    .state, "not there yet (state future)",
                    remedy: "leave such nodes out: --state '!future'"))),
        Case(
            state: state(.idle, .poweredDown, .drain), options: options { $0.powerUp = true },
            decision: .notRun(
                .init(
                    .state, "powered down, and drained",
                    remedy: "how to resume it: fleet status --state drain"))),
    ])
    func asleep(_ test: Case) {
        check(test)
    }

    @Test(arguments: [
        Case(state: state(.idle, .reserved), decision: job),
        Case(
            state: state(.idle, .reserved), mayGoDirect: true,
            decision: .dispatch(.init(.direct, note: "in a reservation"))),
        Case(
            state: state(.mixed, .maintenance), mayGoDirect: true,
            decision: .dispatch(.init(.direct, note: "in a maintenance reservation"))),
        Case(
            state: state(.idle, .maintenance), options: options { $0.namesReservation = true },
            mayGoDirect: true, decision: job),
        Case(
            state: state(.idle, .reserved), options: options { $0.via = .job }, mayGoDirect: true,
            decision: job),
        Case(
            state: state(.idle, .reserved), options: options { $0.use = .changes },
            mayGoDirect: true, decision: wholeNode),
        // Where no partition takes a job, root goes directly.
        Case(
            state: state(.idle), mayGoDirect: true, partitions: [],
            decision: .dispatch(
                .init(.direct, note: "in no partition, so no job can reach it"))),
        Case(
            state: state(.idle), options: options { $0.via = .job }, mayGoDirect: true,
            partitions: [],
            decision: .notRun(
                .init(
                    .partition, "in no partition, so no job can reach it",
                    remedy: "put it into a partition in slurm.conf"))),
        Case(
            state: state(.idle), options: options { $0.partitions = ["q", "r"] },
            decision: .notRun(
                .init(
                    .partition, "not in partition q, r",
                    remedy: "name one of its own: --partition p"))),
        Case(
            state: state(.idle), options: options { $0.partitions = ["q", "p"] }, decision: job),
    ])
    func reservationsAndPartitions(_ test: Case) {
        check(test)
    }

    @Test func withoutHolders() {
        var options = PlanOptions()
        options.onBusy = .skip
        let planner = TargetPlanner(
            partitions: [], options: options, isRoot: true, mayGoDirect: true, now: 0)
        let node = Node(name: "n", state: NodeState(base: .allocated))
        #expect(
            planner.plan(node).decision
                == .notRun(
                    .init(
                        .busy, "busy: its CPUs are all allocated",
                        remedy: "--on-busy wait waits for it, up to --wait")))
    }

    @Test func needsHolders() {
        let needing = NodeState.Base.allCases.filter {
            TargetPlanner.needsHolders(Node(name: "n", state: NodeState(base: $0)))
        }
        #expect(needing == [.allocated, .mixed])
    }
}
