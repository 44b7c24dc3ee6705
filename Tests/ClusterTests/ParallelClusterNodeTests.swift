import FoundationEssentials
import Testing

/// A head node of ParallelCluster's: what is drained does not stay.
@Suite(
    "drained nodes of ParallelCluster's", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct ParallelClusterNodeTests {
    @Test("Drain says what goes with the instance, and clustermgtd does it")
    func replaced() async throws {
        try await Trial.with(["--nodes", "2", "--parallelcluster"]) { trial in
            let node = "gpu-st-a10g-2"
            let local = trial.local
            let clustermgtd = ["FLEET_CLUSTERMGTD": "\(local)/etc/parallelcluster_clustermgtd.conf"]
            #expect(try await trial.cluster.inside(node, "touch /scratch-file").status == 0)
            let plan = try await trial.fleet(
                ["drain", node, "--reason", "sick", "--dry-run"], environment: clustermgtd)
            #expect(plan.out.contains("starts a new one, in service"), "\(plan.out)")
            #expect(plan.err.contains("nvidia-bug-report"), "\(plan.err)")
            let elsewhere = try await trial.fleet(
                ["drain", node, "--reason", "sick", "--dry-run"],
                environment: ["FLEET_CLUSTERMGTD": "\(local)/none.conf"])
            #expect(!elsewhere.out.contains("starts a new one"), "\(elsewhere.out)")

            let drained = try await trial.fleet(
                ["drain", node, "--reason", "sick", "--yes"], environment: clustermgtd)
            #expect(drained.status == 0, "\(drained.out) \(drained.err)")
            let isBack = try await trial.cluster.eventually(within: 60) {
                let state = try await trial.cluster.slurm("sinfo", "-h", "-n", node, "-o", "%T").out
                let old = try await trial.cluster.inside(node, "test ! -e /scratch-file").status
                return state.hasPrefix("idle") && old == 0
            }
            #expect(isBack)

            try await trial.cluster.slurm(
                "scontrol", "update", "partitionname=gpu", "state=inactive")
            let status = try await trial.fleet(["status"], environment: clustermgtd)
            #expect(status.out.contains("PROTECTED") && status.out.contains("START_REQUESTED"))
        }
    }
}
