import Acting
import FanOut
import History
import SlurmModel
import Testing
import Verdicts

/// What of an action goes into the history, and what a script reads from its exit code.
@Suite struct NodeActionRecordTests {
    private func outcome(_ end: NodeOutcome.End, _ node: Node? = nil) -> NodeOutcome {
        NodeOutcome(
            plan: NodePlan(
                node: node ?? Node(name: "n1"), decision: .act(.init(reason: "fleet: x [ann]"))),
            end: end, detail: "words")
    }

    private func record(_ outcome: NodeOutcome) -> NodeAction? {
        NodeAction(outcome, verb: .drain, user: "ann", run: "r1", time: 5)
    }

    @Test(
        "A node that was left alone from the beginning leaves no trace; one that was meant and not reached does",
        arguments: [
            (.done, .done), (.failed, .failed), (.planned, nil), (.kept(.changed), .skipped),
            (.kept(.check), .skipped), (.kept(.evidence), .skipped), (.kept(.limit), .skipped),
            (.kept(.stopped), .skipped), (.kept(.already), nil), (.kept(.foreign), nil),
            (.kept(.state), nil),
            (.kept(.rebooted), nil), (.kept(.superseded), nil),
        ] as [(NodeOutcome.End, NodeAction.Outcome?)])
    func kept(_ end: NodeOutcome.End, _ kept: NodeAction.Outcome?) {
        let action = record(outcome(end))
        #expect(action?.outcome == kept)
        guard let action else { return }
        // Why is kept only where it was not done.
        #expect(action.detail == (kept == .done ? nil : "words"))
        #expect(action.reason == "fleet: x [ann]" && action.run == "r1" && action.user == "ann")
    }

    @Test("The state before is Slurm's own word for it, or fleet's where that was not asked")
    func before() {
        var node = Node(
            name: "n1", state: NodeState(base: .idle, flags: [.drain]),
            reason: NodeReason(text: "bad\ncable", user: "ops"))
        #expect(record(outcome(.done, node))?.stateBefore == "idle+drain")
        #expect(record(outcome(.done, node))?.reasonBefore == "bad\ncable")
        node.state.names = NodeStateNames(long: "DRAINED", compact: "DRAIN", complete: "IDLE+DRAIN")
        node.reason = nil
        #expect(record(outcome(.done, node))?.stateBefore == "IDLE+DRAIN")
        #expect(record(outcome(.done, node))?.reasonBefore == nil)
    }

    @Test(
        "One failure is 1, something that was left is 2, and nothing but what is or was so already is 0",
        arguments: [
            ([], 0), ([.done], 0), ([.kept(.already)], 0), ([.done, .kept(.already)], 0),
            ([.planned], 2), ([.done, .planned], 2), ([.kept(.limit), .failed], 1), ([.failed], 1),
            ([.kept(.superseded), .done], 2),
        ] as [([NodeOutcome.End], Int32)])
    func exitCodes(_ ends: [NodeOutcome.End], _ code: Int32) {
        #expect(NodeOutcome.exitCode(ends.map { outcome($0) }) == code)
        #expect(NodeOutcome.exitCode(ends.reversed().map { outcome($0) }) == code)
    }

    @Test("An outcome of a refusal is the refusal, and only what was done wants a look")
    func refusals() {
        let plan = NodePlan(
            node: Node(name: "n1"), decision: .keep(.init(.state, "why", remedy: "do")))
        #expect(plan.action == nil && plan.noting("x") == plan)
        for code in KeptCode.allCases {
            let outcome = NodeOutcome(kept: plan, .init(code, "why", remedy: "do"))
            #expect(outcome.end == .kept(code) && outcome.detail == "why" && outcome.remedy == "do")
            #expect(!outcome.wantsLook && !outcome.stopsAll)
        }
        #expect(
            outcome(.done).wantsLook && !outcome(.failed).wantsLook && !outcome(.planned).wantsLook)
    }

    @Test(
        "A failed node's reason is its worst finding, else why it was not reached, else how it ended"
    )
    func failed() {
        func report(_ node: String, _ findings: [Finding]?, _ reason: String? = nil) -> NodeReport {
            NodeReport(
                result: NodeResult(node: node, outcome: .timedOut, launcher: .job, reason: reason),
                judgement: findings.map { Judgement(findings: $0) }, node: nil)
        }
        let info = Finding(.info, code: "a.info", message: "fine")
        let unknown = Finding(.unknown, code: "b.unknown", message: "no answer")
        let fail = Finding(.fail, code: "c.fail", subject: "GPU 1", message: "gone")
        let failed = FailedNodes(
            [
                report("z", [info, unknown, fail]), report("b", [unknown], "why"),
                report("a", [info]),
            ], withUnknown: true)
        // In the run's order, the worst finding's code first.
        #expect(failed.names == ["z", "b"])
        #expect(failed.findings == ["z": "c.fail GPU 1: gone", "b": "b.unknown no answer"])
        #expect(FailedNodes([report("b", [unknown])]).names.isEmpty)
    }
}
