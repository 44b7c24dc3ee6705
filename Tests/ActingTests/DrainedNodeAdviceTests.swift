import Acting
import History
import SlurmModel
import Testing
import Verdicts

/// What is told, and advised, of a node that a check found sick: before it is drained, while it is, and after its repair.
@Suite struct DrainedNodeAdviceTests {
    private static func lost(recent: String = "f", remedy: String = "reboot the node")
        -> LastVerdict
    {
        LastVerdict(
            node: "n1", check: "gpu-check", verdict: .fail, time: AttentionRulesTests.now - 100,
            run: "r",
            message: "GPU 2: gone",
            findings: [
                HistoryFinding(
                    Finding(
                        .fail, code: "gpu.lost", subject: "GPU 2", message: "gone", remedy: remedy))
            ], recent: recent)
    }

    private func attentions(
        _ node: Node, of last: LastVerdict, canReboot: Bool = true
    ) -> [Attention] {
        AttentionRules(
            AttentionContext(
                now: AttentionRulesTests.now, verdicts: ["n1": [last]], canReboot: canReboot)
        ).attentions(for: node)
    }

    @Test("A node that was drained for what a check found is one thing, with all its commands")
    func drainedForAFinding() throws {
        let told = AttentionRulesTests.node(
            .idle, [.drain], reason: "fleet: gpu.lost GPU 2: gone [root]")
        let one = attentions(told, of: Self.lost())
        #expect(one.count == 1)
        let first = try #require(one.first)
        #expect(first.code == .drained && first.severity == .fail)
        #expect(first.what == "drained by root; gpu-check failed")
        // It failed 100 s ago, and was drained 60 s ago.
        #expect(first.since == AttentionRulesTests.now - 100)
        var later = Self.lost()
        later.since = AttentionRulesTests.now - 10
        #expect(attentions(told, of: later).map(\.since) == [AttentionRulesTests.now - 60])
        #expect(
            first.remedies == [
                "reboot the node", "to reboot it: fleet reboot -n {nodes}{max}",
                "check again: fleet gpu-check -n {nodes} --include-drained",
                "when it is repaired: fleet resume -n {nodes} --recheck",
            ])
        // For something else it is two, and what somebody else drained is not rebooted over their heads.
        let foreign = attentions(
            AttentionRulesTests.node(.idle, [.drain], reason: "rack 7 moves"), of: Self.lost())
        #expect(foreign.map(\.code) == [.drained, .check])
        #expect(
            foreign[0].remedies == [
                "when it is repaired: fleet resume -n {nodes} --force --recheck"
            ])
        #expect(!foreign[1].remedies.contains { $0.contains("reboot -n") })
    }

    @Test("Where a reboot is the remedy and Slurm can do it, its command stands there")
    func rebooting() {
        func commands(_ last: LastVerdict, _ can: Bool = true) -> [String] {
            attentions(AttentionRulesTests.node(), of: last, canReboot: can).flatMap(\.remedies)
                .filter { $0.contains("fleet reboot") }
        }
        #expect(
            commands(Self.lost()) == [
                "to reboot it: fleet reboot -n {nodes}{max} --reason 'gpu.lost GPU 2: gone'"
            ])
        #expect(commands(Self.lost(), false).isEmpty)
        #expect(commands(Self.lost(remedy: "replace the GPU")).isEmpty)
    }

    @Test("What came and went before a repair of fleet's is no reason to drain")
    func repaired() throws {
        var last = Self.lost(recent: "offo")
        last.verdict = .ok
        last.recent = "ofofo"
        #expect(attentions(AttentionRulesTests.node(), of: last).map(\.code) == [.flapping])
        last.repaired = AttentionRulesTests.now - 50
        #expect(attentions(AttentionRulesTests.node(), of: last).isEmpty)
    }
}
