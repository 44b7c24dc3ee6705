@testable import Acting
import History
import SlurmModel
import Testing

/// What becomes of nodes where ParallelCluster's clustermgtd runs.
@Suite struct ClustermgtdTests {
    @Test func settings() {
        let usual = Clustermgtd(text: "[clustermgtd]\n# a comment\nregion = us-east-1\n")
        #expect(usual.endsDrained && usual.endsDown && usual.loopSeconds == 60)
        #expect(usual.mostFailures == 10 && usual.clusterName == nil)
        let set = Clustermgtd(
            text: """
                cluster_name = ml
                terminate_drain_nodes=false
                terminate_down_nodes = No
                loop_time = 30
                protected_failure_count = -1
                """)
        #expect(!set.endsDrained && !set.endsDown && set.loopSeconds == 30)
        #expect(set.mostFailures == -1 && set.clusterName == "ml")
        // What is not understood counts as not set: a warning too many, never one too few.
        let odd = Clustermgtd(text: "terminate_drain_nodes = perhaps\nloop_time = x\n=\n")
        #expect(odd.endsDrained && odd.loopSeconds == 60)
    }

    @Test(
        arguments: [
            ("gpu-st-a10g-1", true), ("p5-queue-dy-p5-48xl-12", true), ("gpu-1", false),
            ("head", false), ("x-st-", false), ("gpu-st-a10g", false),
        ])
    func names(_ node: String, _ isManaged: Bool) {
        #expect(Clustermgtd.manages(node) == isManaged)
    }

    private static func node(_ name: String, _ base: NodeState.Base = .idle) -> Node {
        Node(name: name, state: NodeState(base: base))
    }

    @Test("Drain and reboot say that the instance goes, where it does")
    func plans() {
        func note(_ verb: NodeAction.Verb, _ node: Node, _ manager: Clustermgtd?) -> String {
            let planner = ActingPlanner(verb, reason: "fleet: x [u]", now: 100, manager: manager)
            return planner.plan(node).action?.note ?? ""
        }
        let manager = Clustermgtd(text: "")
        let words = "starts a new one"
        #expect(note(.drain, Self.node("gpu-st-a10g-1"), manager).contains(words))
        #expect(note(.drain, Self.node("gpu-st-a10g-1", .mixed), manager).contains("once its jobs"))
        #expect(!note(.drain, Self.node("gpu-1"), manager).contains(words))
        #expect(!note(.drain, Self.node("gpu-st-a10g-1"), nil).contains(words))
        let keeping = Clustermgtd(text: "terminate_drain_nodes = False")
        #expect(!note(.drain, Self.node("gpu-st-a10g-1"), keeping).contains(words))
        #expect(note(.reboot, Self.node("gpu-st-a10g-1"), manager).contains("replace the instance"))
        #expect(manager.advice("gpu-st-a10g-1").contains { $0.contains("nvidia-bug-report") })
        // A check's --drain has no --evidence of its own.
        let first = manager.advice("gpu-st-a10g-1", ofRun: "20261127-1").first ?? ""
        #expect(first.contains("fleet drain --from 20261127-1 --evidence FOLDER"), "\(first)")
    }

    @Test("PROTECTED is named, with the way out")
    func protected() throws {
        let partition = Partition(name: "gpu", state: .inactive)
        let plain = AttentionRules(AttentionContext(now: 0))
        #expect(plain.attention(for: partition)?.remedy?.contains("scontrol") == true)
        let rules = AttentionRules(
            AttentionContext(now: 0, manager: Clustermgtd(text: "cluster_name = ml")))
        let found = try #require(rules.attention(for: partition))
        #expect(found.what.contains("PROTECTED"))
        #expect(
            found.remedies.last?.contains(
                "update-compute-fleet --cluster-name ml --status START_REQUESTED") == true)
        // The argument of logs is the stream; the cluster has a flag of its own.
        #expect(
            found.remedies.contains { $0.hasSuffix("; fleet cluster logs clustermgtd -n ml") },
            "\(found.remedies)")
    }

    @Test func reservations() {
        #expect(
            Reservation(name: "pcluster-cr-0abc").parallelClusterWords?.contains("cr-0abc") == true)
        #expect(Reservation(name: "maint").parallelClusterWords == nil)
    }
}
