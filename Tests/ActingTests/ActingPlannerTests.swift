@testable import Acting
@testable import History
import SlurmModel
import Testing

@Suite struct ActingPlannerTests {
    private static let now = 1_795_442_531
    private static let mine = NodeReason(text: "fleet: Xid 79 [ann]", user: "root", time: now - 60)
    private static let theirs = NodeReason(text: "bad cable", user: "ops", time: now - 7_200)

    private static func node(
        _ base: NodeState.Base, _ flags: [NodeState.Flag] = [], _ reason: NodeReason? = nil,
        boot: Int? = nil
    ) -> Node {
        Node(
            name: "n1", state: NodeState(base: base, flags: flags), reason: reason, bootTime: boot)
    }

    private func decision(
        _ verb: NodeAction.Verb, _ node: Node, forced: Bool = false, runStart: Int? = nil
    ) -> NodePlan {
        ActingPlanner(
            verb, reason: "fleet: new [ann]", isForced: forced, runStart: runStart, now: Self.now
        ).plan(node)
    }

    /// What is done, or why nothing is; and what --force makes of it.
    @Test(
        arguments: [
            (.drain, node(.idle), nil, nil), (.drain, node(.mixed), nil, nil),
            (.drain, node(.idle, [.drain], mine), .already, nil),
            (.drain, node(.mixed, [.drain], theirs), .foreign, nil),
            (.drain, node(.idle, [.drain]), .foreign, nil),
            (.drain, node(.down, [.notResponding], theirs), .foreign, nil),
            (.drain, node(.down, [], mine), nil, nil),
            // A reason is left where Slurm forgets to take it away; it counts where the node is, or is about to be, out.
            (.drain, node(.idle, [], theirs), nil, nil),
            (.drain, node(.mixed, [], theirs), nil, nil),
            (.drain, node(.allocated, [.completing], theirs), nil, nil),
            (.drain, node(.idle, [.fail], theirs), .foreign, nil),
            (.drain, node(.idle, [.rebootRequested], theirs), .foreign, nil),
            (.drain, node(.error, [], theirs), .foreign, nil),
            (.reboot, node(.idle, [], theirs), nil, nil),
            (.reboot, node(.idle, [.planned], theirs), nil, nil),
            (.drain, node(.future), .state, .state),
            (.drain, node(.idle, [.cloud, .poweredDown]), nil, nil),
            (.drain, node(.idle, [.cloud, .poweringUp]), nil, nil),
            (.drain, node(.mixed, [.cloud, .poweringUp]), .state, nil),
            (.drain, node(.allocated, [.cloud, .poweredDown]), .state, nil),
            (.resume, node(.idle), .already, .already),
            (.resume, node(.idle, [.drain], mine), nil, nil),
            (.resume, node(.allocated, [.drain], mine), nil, nil),
            (.resume, node(.idle, [.fail], mine), nil, nil),
            (.resume, node(.idle, [.drain], theirs), .foreign, nil),
            (.resume, node(.idle, [.drain]), .foreign, nil),
            (.resume, node(.idle, [.drain, .notResponding], mine), .state, nil),
            (.resume, node(.down, [.drain], mine), .state, nil),
            (.resume, node(.idle, [.drain, .invalidRegistration], mine), .state, .state),
            (.resume, node(.idle, [.drain, .rebootRequested], mine), .state, .state),
            (.resume, node(.future, [.drain], mine), .state, .state),
            (.reboot, node(.idle), nil, nil), (.reboot, node(.allocated), nil, nil),
            (.reboot, node(.idle, [.drain], mine), nil, nil),
            (.reboot, node(.idle, [.drain], theirs), .foreign, nil),
            (.reboot, node(.idle, [.drain, .rebootRequested], mine), .already, .already),
            (.reboot, node(.down, [.rebootIssued], mine), .already, .already),
            (.reboot, node(.down, [.notResponding], mine), .state, .state),
            (.reboot, node(.idle, [.cloud, .poweredDown]), .state, .state),
            (.reboot, node(.future), .state, .state),
        ] as [(NodeAction.Verb, Node, KeptCode?, KeptCode?)])
    func decisions(_ verb: NodeAction.Verb, _ node: Node, _ code: KeptCode?, _ forced: KeptCode?) {
        #expect(decision(verb, node).refusal?.code == code)
        #expect(decision(verb, node, forced: true).refusal?.code == forced)
    }

    @Test func words() {
        let drained = decision(.drain, Self.node(.idle, [.drain], Self.theirs)).refusal
        #expect(drained?.reason == "drained by ops 2 h ago: bad cable")
        #expect(drained?.remedy == "--force replaces the reason")
        let resumed = decision(.resume, Self.node(.idle, [.drain], Self.mine)).action
        #expect(resumed == .init(note: "was drained by root 60 s ago: fleet: Xid 79 [ann]"))
        let rebooted = decision(.reboot, Self.node(.mixed)).action
        #expect(
            rebooted
                == .init(
                    reason: "fleet: new [ann]",
                    note: "busy: its jobs; drained now, reboots when idle, then resumes"))
    }

    /// What is there is said, and the node is acted on.
    @Test("A node that fleet drained is rebooted for the reason it has, unless another is given")
    func keptReason() {
        let drained = Self.node(.idle, [.drain], Self.mine)
        let kept = ActingPlanner(.reboot, now: Self.now).plan(drained).action
        #expect(kept?.reason == Self.mine.text)
        #expect(kept?.note?.contains("keeps its reason") == true)
        let given = ActingPlanner(.reboot, reason: "fleet: x [u]", now: Self.now).plan(drained)
        #expect(given.action?.reason == "fleet: x [u]")
        #expect(ActingPlanner(.reboot, now: Self.now).plan(Self.node(.idle)).action?.reason == nil)
    }

    @Test(arguments: [NodeAction.Verb.drain, .reboot])
    func reasonInService(_ verb: NodeAction.Verb) {
        let action = decision(verb, Self.node(.idle, [], Self.theirs)).action
        #expect(
            action?.note?.hasPrefix("was idle with a reason by ops 2 h ago: bad cable") == true)
    }

    /// A node's own finding comes before the reason of all.
    @Test func reasons() {
        let planner = ActingPlanner(
            .drain, reason: "all", reasons: ["n1": "its own"], now: Self.now)
        #expect(planner.plan(Self.node(.idle)).action?.reason == "its own")
        #expect(planner.plan(Node(name: "n2")).action?.reason == "all")
    }

    /// A reboot may have repaired what the run found.
    @Test(arguments: [NodeAction.Verb.drain, .reboot])
    func bootedSince(_ verb: NodeAction.Verb) {
        let old = Self.node(.idle, boot: Self.now - 500)
        let new = Self.node(.idle, boot: Self.now - 100)
        #expect(decision(verb, old, runStart: Self.now - 300).action != nil)
        #expect(decision(verb, new, runStart: Self.now - 300).refusal?.code == .rebooted)
        #expect(decision(verb, new, forced: true, runStart: Self.now - 300).action != nil)
        #expect(decision(verb, new).action != nil)
    }

    @Test(
        arguments: [
            (.drain, node(.mixed, [.drain], mine), true), (.drain, node(.idle), false),
            (.resume, node(.idle), true), (.resume, node(.idle, [.drain], mine), false),
            (.resume, node(.down), false), (.reboot, node(.idle), nil),
        ] as [(NodeAction.Verb, Node, Bool?)])
    func seen(_ verb: NodeAction.Verb, _ node: Node, _ isDone: Bool?) {
        #expect(ActingPlanner.isDone(verb, node) == isDone)
    }

    /// A drain from before is no sign that a request whose answer was lost was done.
    @Test func seenWithItsReason() {
        let node = Self.node(.idle, [.drain], Self.theirs)
        #expect(ActingPlanner.isDone(.drain, reason: "fleet: new [ann]", node) == false)
        #expect(ActingPlanner.isDone(.drain, reason: "bad cable", node) == true)
    }

    /// Slurm requeues jobs that wait for a node to boot when it is drained.
    @Test func drainsNoBootingNode() {
        let node = Self.node(.mixed, [.poweringUp])
        #expect(
            decision(.drain, node).refusal?.reason
                == "powering up for its jobs: Slurm requeues what waits for it")
        #expect(
            decision(.drain, node, forced: true).action?.note
                == "powering up for its jobs: Slurm requeues what waits for it")
    }

    /// A new reason does not take back the time that an earlier drain was given.
    @Test func tellsOfTheTimer() {
        var node = Self.node(.idle, [.drain], Self.mine)
        node.details.resumeAfter = Self.now + 3_600
        #expect(
            decision(.drain, node).refusal?.reason.hasSuffix("; Slurm resumes it in 60 min") == true
        )
        #expect(
            decision(.drain, node, forced: true).action?.note?.hasSuffix(
                "; Slurm resumes it in 60 min")
                == true)
    }

    @Test(
        arguments: [
            // Jobs come and go.
            (node(.idle), node(.allocated), nil), (node(.mixed), node(.idle, [.planned]), nil),
            (node(.idle, [.drain], mine), node(.mixed, [.drain, .completing], mine), nil),
            (
                node(.idle), node(.idle, [.drain], theirs),
                "was idle, and is idle+drain now: bad cable"
            ),
            (
                node(.idle), node(.down, [.notResponding]),
                "was idle, and is down+not_responding now"
            ),
            (
                node(.idle, [.drain], mine), node(.idle, [.drain], theirs),
                "its reason was 'fleet: Xid 79 [ann]' by root, and is 'bad cable' by ops now"
            ),
            (node(.idle, [.drain], mine), node(.idle), "was idle+drain, and is idle now"),
        ] as [(Node, Node, String?)])
    func changes(_ before: Node, _ after: Node, _ words: String?) {
        #expect(NodeCondition.change(from: before, to: after) == words)
    }
}
