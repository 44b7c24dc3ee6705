@testable import Acting
import FanOut
import History
import SlurmModel
import Testing

/// What a plan never does, over every state, reason and action: above all, touch what somebody else took out of service.
@Suite struct ActingPlannerLawTests {
    private static let now = 1_800_000_000
    private static let reasons: [NodeReason?] = [
        nil, NodeReason(text: "bad cable", user: "ops", time: now - 60),
        NodeReason(text: "fleet: Xid 79 [ann]", user: "root", time: now - 60),
        NodeReason(text: "Not responding"), NodeReason(text: ""), NodeReason(text: "see fleet: x"),
    ]

    private func plan(
        _ verb: NodeAction.Verb, _ node: Node, forced: Bool = false
    ) -> NodePlan {
        ActingPlanner(verb, reason: "fleet: new [ann]", isForced: forced, now: Self.now).plan(node)
    }

    private func everyNode(_ body: (Node) -> Void) {
        for base in NodeState.Base.allCases {
            for flag in NodeState.Flag.allCases {
                for other in [flag, .drain] {
                    for reason in Self.reasons {
                        body(
                            Node(
                                name: "n1", state: NodeState(base: base, flags: [flag, other]),
                                reason: reason))
                    }
                }
            }
        }
    }

    @Test(
        "Unforced, no plan acts on a node that is drained or down for a reason which is not fleet's",
        arguments: NodeAction.Verb.allCases)
    func foreign(_ verb: NodeAction.Verb) {
        everyNode { node in
            let isOut = node.state.has(.drain) || node.state.base == .down
            guard isOut, !FleetReason.isFleets(node.reason) else { return }
            let plan = plan(verb, node)
            #expect(plan.action == nil, "\(node.state.text): \(node.reason?.text ?? "none")")
            // What --force would do is said where it would do something.
            guard plan.refusal?.code == .foreign else { return }
            #expect(plan.refusal?.remedy?.hasPrefix("--force ") == true)
            #expect(self.plan(verb, node, forced: true).refusal?.code != .foreign)
        }
    }

    @Test(
        "Force takes away refusals, and adds none; a node to come is left alone by all",
        arguments: NodeAction.Verb.allCases)
    func force(_ verb: NodeAction.Verb) {
        everyNode { node in
            let (plain, forced) = (plan(verb, node), plan(verb, node, forced: true))
            if plain.action != nil { #expect(forced.action != nil, "\(node.state.text)") }
            if node.state.base == .future { #expect(forced.refusal?.code == .state) }
            for refusal in [plain.refusal, forced.refusal].compactMap(\.self) {
                #expect(!refusal.reason.isEmpty)
                #expect(["already", "foreign", "state"].contains(refusal.code.rawValue))
            }
        }
    }

    @Test(
        "What counts as done already shows it: drained with fleet's reason, in service, or about to reboot"
    )
    func already() {
        everyNode { node in
            let state = node.state
            if plan(.drain, node).refusal?.code == .already {
                #expect(state.has(.drain) && FleetReason.isFleets(node.reason))
                #expect(ActingPlanner.isDone(.drain, node) == true)
            }
            if plan(.resume, node).refusal?.code == .already {
                #expect(ActingPlanner.isDone(.resume, node) == true)
                #expect(!state.has(.fail) && !state.has(.invalidRegistration), "\(state.text)")
                // Slurm gives it no job, which is said.
                let isSilent = state.has(.notResponding) && !state.isAsleep
                #expect(
                    plan(.resume, node).refusal?.reason.hasSuffix("does not respond") == isSilent)
            }
            if plan(.reboot, node).refusal?.code == .already {
                #expect(state.has(.rebootRequested) || state.has(.rebootIssued))
            }
        }
    }

    @Test(
        "A drain sets its reason; a resume sets none; a reboot keeps fleet's own only where none is given"
    )
    func reasons() {
        everyNode { node in
            if let action = plan(.drain, node).action {
                #expect(action.reason == "fleet: new [ann]")
            }
            if let action = plan(.resume, node, forced: true).action {
                #expect(action.reason == nil)
            }
            if let action = plan(.reboot, node).action {
                #expect(action.reason == "fleet: new [ann]")
            }
            let silent = ActingPlanner(.reboot, now: Self.now).plan(node).action
            if let silent {
                let keeps = node.state.has(.drain) && FleetReason.isFleets(node.reason)
                #expect(silent.reason == (keeps ? node.reason?.text : nil))
            }
            // What is replaced or taken away is said first.
            if let old = node.reason, let note = plan(.drain, node).action?.note {
                #expect(note.contains(old.text))
            }
        }
    }

    @Test(
        "An invalid registration is not in service, drained or not: Slurm gives such a node no job")
    func invalidRegistration() {
        let node = Node(name: "n1", state: NodeState(base: .idle, flags: [.invalidRegistration]))
        let refusal = plan(.resume, node).refusal
        #expect(refusal?.code == .state && refusal?.remedy?.contains("slurmd -C") == true)
        #expect(
            NodeOutcome.exitCode(
                [refusal.map { NodeOutcome(kept: plan(.resume, node), $0) }].compactMap(\.self))
                == 2)
    }

    @Test("Whose jobs run on is said, by number, user and end")
    func holders() {
        let jobs = [
            Job(id: 7, state: .running, user: "ann", nodes: ["n1"], end: Self.now + 60),
            Job(id: 8, state: .suspended, nodes: ["n1"], end: Self.now + 30),
            Job(id: 9, state: .completed, nodes: ["n1"]),
        ]
        var planner = ActingPlanner(
            .drain, reason: "fleet: x [u]", holders: Holders(jobs) { "\($0 - Self.now) s" },
            now: Self.now)
        let busy = Node(name: "n1", state: NodeState(base: .mixed))
        #expect(
            planner.plan(busy).action?.note
                == "busy: job 7 (ann) until 60 s and 1 more; what runs goes on")
        planner.verb = .reboot
        #expect(
            planner.plan(busy).action?.note
                == "busy: job 7 (ann) until 60 s and 1 more; drained now, reboots when idle, then resumes"
        )
        #expect(planner.plan(busy).noting("first").action?.note?.hasPrefix("first; busy") == true)
        let idle = planner.plan(Node(name: "n2"))
        #expect(idle.action?.note == "reboots at once, then resumes")
    }

    @Test(
        "Between plan and action: jobs change nothing, whatever else a node does is said with both states"
    )
    func changes() {
        let harmless: Set<NodeState.Flag> = [
            .completing, .planned, .reserved, .maintenance, .cloud, .dynamicFuture, .dynamicNorm,
            .net,
            .external, .blocked, .resume, .undrain, .powerUp, .poweringUp, .rebootCancel,
        ]
        let before = Node(name: "n1", state: NodeState(base: .idle))
        for flag in NodeState.Flag.allCases {
            let after = Node(name: "n1", state: NodeState(base: .mixed, flags: [flag]))
            let words = NodeCondition.change(from: before, to: after)
            // A node that boots for jobs is one whose jobs a drain would requeue.
            let isQuiet = harmless.contains(flag) && flag != .poweringUp
            #expect((words == nil) == isQuiet, "\(flag)")
            if let words { #expect(words == "was idle, and is \(after.state.text) now") }
            #expect(NodeCondition(after) == NodeCondition(after))
        }
        var named = before
        named.reason = NodeReason(text: "x", user: "ops")
        #expect(
            NodeCondition.change(from: before, to: named)
                == "its reason was none, and is 'x' by ops now")
        #expect(
            NodeCondition.change(from: named, to: before)
                == "its reason was 'x' by ops, and is none now")
    }
}
