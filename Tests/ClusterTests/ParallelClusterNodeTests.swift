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
            let isBack = try await trial.cluster.eventually(within: 120) {
                let state = try await trial.cluster.slurm("sinfo", "-h", "-n", node, "-o", "%T").out
                let old = try await trial.cluster.inside(node, "test ! -e /scratch-file").status
                // "idle*" is a node that slurmctld has not heard of yet.
                return state == "idle\n" && old == 0
            }
            #expect(isBack)

            // What is repaired by hand goes with the instance, too.
            let mounted = try await trial.fleet(
                ["mount-lustre", "-n", "gpu-st-a10g-1"], environment: clustermgtd)
            #expect(mounted.err.contains("OnNodeConfigured"), "\(mounted.out) \(mounted.err)")

            try await evidence(trial, clustermgtd)

            try await trial.cluster.slurm(
                "scontrol", "update", "partitionname=gpu", "state=inactive")
            let status = try await trial.fleet(["status"], environment: clustermgtd)
            #expect(status.out.contains("PROTECTED") && status.out.contains("START_REQUESTED"))
            let user = try await Caller.user.fleet(trial, ["status"], environment: clustermgtd)
            #expect(user.out.contains("PROTECTED") && user.out.contains("START_REQUESTED"))
        }
    }

    /// A stand-in for NVIDIA's program: what it gathers is the hardware's.
    private func plantBugReport(_ trial: Trial, on node: String, _ body: String) async throws {
        let made = try await trial.cluster.inside(
            node,
            "printf '#!/bin/sh\\n%s\\n' '\(body)' >/usr/local/sbin/nvidia-bug-report.sh && chmod 755 /usr/local/sbin/nvidia-bug-report.sh"
        )
        #expect(made.status == 0, "\(made.err)")
    }

    /// What a node can tell is here before its instance goes, and a node that tells nothing stays.
    private func evidence(_ trial: Trial, _ environment: [String: String]) async throws {
        let (first, second) = ("gpu-st-a10g-1", "gpu-st-a10g-2")
        let folder = "\(trial.local)/evidence"
        let words = [
            "drain", "gpu-st-a10g-[1-2]", "--reason", "sick", "--max", "100%", "--evidence",
        ]
        // Who may not drain is told so before anything is gathered; the plan is for everybody.
        let theirs = "\(Caller.user.folder(trial))/evidence-\(trial.cluster.name)"
        let refused = try await Caller.user.fleet(
            trial, words + [theirs, "--yes"], environment: environment)
        #expect(refused.status == 3 && refused.err.contains("(2010)"), "\(refused.err)")
        #expect(!FileManager.default.fileExists(atPath: theirs))
        for caller in Caller.allCases {
            let plan = try await caller.fleet(
                trial, words + [theirs, "--dry-run"], environment: environment)
            #expect(plan.status == 0 && plan.out.contains("starts a new one, in service"))
            #expect(plan.err.contains("--evidence"), "\(plan.err)")
            #expect(!FileManager.default.fileExists(atPath: theirs))
        }

        try await plantBugReport(
            trial, on: first, "shift; echo told of $(hostname) | gzip >\"$1\"")
        try await plantBugReport(trial, on: second, "echo GPU is lost; exit 7")
        let some = try await trial.fleet(words + [folder, "--yes"], environment: environment)
        #expect(some.status == 2, "\(some.out) \(some.err)")
        #expect(
            some.out.contains("its evidence was not kept: exit code 1: GPU is lost"), "\(some.out)")
        #expect(some.out.contains("nvidia-bug-report.sh ended with 7"), "\(some.out)")
        let runs = try FileManager.default.contentsOfDirectory(atPath: folder)
        let file = "\(folder)/\(runs.first ?? "")/\(first).nvidia-bug-report.log.gz"
        let told = try await Ran.run("/bin/sh", ["-c", "gzip -dc '\(file)'"])
        #expect(runs.count == 1 && told.out == "told of \(first)\n", "\(told.err)")
        let state = try await trial.cluster.slurm("sinfo", "-h", "-n", second, "-o", "%T").out
        #expect(state.hasPrefix("idle"), "\(state)")

        // A folder that cannot be made costs no node.
        let nowhere = try await trial.fleet(
            ["drain", second] + words.dropFirst(2) + ["/proc/none", "--yes"],
            environment: environment)
        #expect(nowhere.status == 3 && nowhere.err.contains("/proc/none"), "\(nowhere.err)")

        // Where there is no such program, what else is known is kept.
        _ = try await trial.cluster.inside(second, "rm /usr/local/sbin/nvidia-bug-report.sh")
        let rest = try await trial.fleet(
            ["drain", second] + words.dropFirst(2) + [folder, "--yes"], environment: environment)
        #expect(rest.status == 0, "\(rest.out) \(rest.err)")
        let log = try await Ran.run(
            "/bin/sh", ["-c", "cat '\(folder)'/*/\(second).nvidia-bug-report.log.gz | gzip -dc"])
        #expect(log.out.contains("Linux"), "\(log.err)")
    }
}
