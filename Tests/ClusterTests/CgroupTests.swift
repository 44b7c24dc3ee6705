import FoundationEssentials
import Testing

/// Slurm tracks processes by cgroup, and hides GPUs from jobs that hold none (`ConstrainDevices`).
@Suite(
    "Cgroups", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .enabled(
        if: KernelFeature.missingCgroups.isEmpty,
        "needs cgroup version 1; cannot be written: \(KernelFeature.missingCgroups.map { "/sys/fs/cgroup/\($0)" }.joined(separator: ", "))"
    ),
    .timeLimit(.minutes(40)))
struct CgroupTests {
    @Test(
        "GPUs that Slurm hides are nobody's loss: held ones are unknown, sick ones are named, healthy ones are ok"
    )
    func hiddenGPUs() async throws {
        try await Trial.with(["--nodes", "4", "--cgroup"]) { trial in
            try await expectHidden(trial)
            try await trial.cluster.script("break", "gpu-3", "gpu-missing")
            try await trial.cluster.script("break", "gpu-4", "gpu-lost")
            try await hold(trial, "gpu-2", gpus: 4)
            try await withThrowingTaskGroup { group in
                for caller in Caller.allCases {
                    group.addTask { try await expectRows(trial, caller) }
                }
                try await group.waitForAll()
            }
            // Asked for all the same: a step without an allocation sees no GPU, and says so.
            let direct = try await rows(trial, .root, ["--via", "direct", "-n", "gpu-[1-2]"])
            for node in ["gpu-1", "gpu-2"] { expectUnseen(direct[node], "0 of 4 GPUs seen") }
            // Of a GPU that another job holds nothing is known; the missing one is another.
            try await hold(trial, "gpu-3", gpus: 1)
            try await hold(trial, "gpu-1", gpus: 3)
            let shared = try await rows(trial, .user, ["-n", "gpu-[1,3]"])
            expectUnseen(shared["gpu-1"], "1 of 4 GPUs seen")
            #expect(shared["gpu-3"]?.findings.first?.code == "gpu.count", "\(shared.nodes)")
        }
    }

    /// The test of the test: Slurm really hides what a job does not hold.
    private func expectHidden(_ trial: Trial) async throws {
        let look = "for i in 0 1 2 3; do true </dev/nvidia$i; done"
        let plain = try await trial.cluster.slurm("srun", "-w", "gpu-1", "sh", "-c", look)
        #expect(plain.err.ranges(of: "Operation not permitted").count == 4, "\(plain.err)")
        let holder = try await trial.cluster.slurm(
            "srun", "-w", "gpu-1", "--gres", "gpu:1", "sh", "-c", "\(look); nvidia-smi -L")
        #expect(holder.err.ranges(of: "Operation not permitted").count == 3, "\(holder.err)")
        #expect(holder.out.ranges(of: "NVIDIA A10G").count == 1, "\(holder.out)")
    }

    /// Another job takes some of a node's GPUs.
    private func hold(_ trial: Trial, _ node: String, gpus: Int) async throws {
        try await trial.cluster.slurm(
            "sbatch", "-w", node, "--gres", "gpu:a10g:\(gpus)", "-o", "/dev/null", "--wrap",
            "sleep 300")
        let isHeld = try await trial.cluster.eventually {
            try await !trial.cluster.slurm("squeue", "-h", "-t", "R", "-w", node).out.isEmpty
        }
        #expect(isHeld, "\(node)")
    }

    private func rows(
        _ trial: Trial, _ caller: Caller, _ words: [String]
    ) async throws -> RunDocument {
        let ran = try await caller.fleet(trial, ["gpu-check", "--format", "json"] + words)
        return try ran.decoded(RunDocument.self)
    }

    private func expectRows(_ trial: Trial, _ caller: Caller) async throws {
        let document = try await rows(trial, caller, [])
        let healthy = try #require(document["gpu-1"])
        #expect(healthy.verdict == "ok", "\(caller): \(healthy.findings)")
        #expect(healthy.launcher ?? document.run.launcher == "srun", "\(caller): \(healthy)")
        expectUnseen(document["gpu-2"], "0 of 4 GPUs seen")
        for (node, code) in [("gpu-3", "gpu.count"), ("gpu-4", "gpu.lost")] {
            let row = try #require(document[node])
            #expect(row.verdict == "fail", "\(caller): \(node)")
            let codes = row.findings.map(\.code)
            #expect(codes.contains(code), "\(caller): \(node): \(codes)")
        }
    }

    /// A row that claims nothing about GPUs that it could not see, and sends nobody where they are not seen either.
    private func expectUnseen(_ row: RunDocument.Node?, _ beginning: String) {
        #expect(row?.verdict == "unknown", "\(String(describing: row))")
        let findings = row?.findings.filter { $0.severity != "info" } ?? []
        #expect(findings.map(\.code) == ["gpu.hidden"], "\(findings)")
        #expect(findings.first?.message.hasPrefix(beginning) == true, "\(findings)")
        #expect(
            findings.first?.remedy == "check when the node is free, and not with --via direct")
    }

    @Test(
        "A child that a dead mount keeps in state D leaves the job, whose node stays in service",
        .enabled(
            if: KernelFeature.hasLoopDevices,
            "needs loop devices: /dev/loop-control is not there, as in most containers"))
    func stuckChild() async throws {
        let options = ["--nodes", "4", "--cgroup", "--conf", "UnkillableStepTimeout=4"]
        let ways: [(node: String, caller: Caller, via: String)] = [
            ("gpu-1", .root, "direct"), ("gpu-2", .root, "job"), ("gpu-3", .user, "auto"),
        ]
        try await Trial.with(options) { trial in
            let cluster = trial.cluster
            try await cluster.scripts((1...4).map { [["break", "gpu-\($0)", "lustre-frozen"]] })
            // The test of the test: Slurm drains a node for such a process in a job.
            try await cluster.slurm(
                "sbatch", "-w", "gpu-4", "-o", "/dev/null", "--wrap", "echo > /lustre/x & sleep 1")
            try await withThrowingTaskGroup { group in
                for way in ways {
                    group.addTask {
                        let ran = try await way.caller.fleet(
                            trial,
                            ["check-mount", "--canary", "--format", "json", "-n", way.node]
                                + ["--via", way.via],
                            environment: ["FLEET_CONFIG": "\(trial.local)/etc/fleet.yaml"])
                        let row = try ran.decoded(RunDocument.self)[way.node]
                        #expect(row?.verdict == "fail", "\(way): \(ran.out)")
                        #expect(row?.findings.first?.code == "mount.hung", "\(way)")
                    }
                }
                try await group.waitForAll()
            }
            let isDrained = try await cluster.eventually(within: 30) {
                try await state(cluster, "gpu-4").contains("Kill task failed")
            }
            #expect(isDrained)
            #expect(try await cluster.jobsAreGone())
            // As long again as Slurm waits for a process, and as the drain of gpu-4 took.
            try await Task.sleep(for: .seconds(8))
            for way in ways {
                try await expectInService(cluster, way.node)
                let left = try await cluster.inside(way.node, Self.stuck).out
                #expect(left.contains("freezer:/\n"), "\(way): \(left)")
                #expect(!left.contains("/job_"), "\(way): \(left)")
            }
        }
    }

    /// In which cgroup each process is that nothing ends.
    private static let stuck = """
        for process in /proc/[0-9]*; do
            if grep -qs '^State:.D' "$process/status"; then cat "$process/cgroup"; fi
        done
        """

    /// Is not drained, and a job that wants the whole node gets it: nothing of what ran there holds a part of it.
    ///
    /// Not by its state, which slurmctld shows as "mixed" for a while where several jobs ended at once.
    private func expectInService(_ cluster: DemoCluster, _ node: String) async throws {
        let ran = try await cluster.slurm(
            "srun", "--exclusive", "--immediate=20", "-w", node, "true")
        let now = try await state(cluster, node)
        #expect(ran.status == 0, "\(node): \(now): \(ran.err)")
        #expect(now.hasSuffix(" none") && !now.contains("drain"), "\(node): \(now)")
    }

    private func state(_ cluster: DemoCluster, _ node: String) async throws -> String {
        let said = try await cluster.slurm(
            "sinfo", "-h", "-p", "compute-gpu", "-n", node, "-o", "%T %E")
        return said.out.filter { $0 != "\n" }
    }

    @Test("At its deadline a command ends with all that it started, in sessions of their own too")
    func deadline() async throws {
        try await Trial.with(["--nodes", "2", "--cgroup"]) { trial in
            let line =
                "setsid sh -c 'trap \"\" TERM; sleep 308; sleep 309' & (trap '' TERM; sleep 310) & sleep 311"
            try trial.write("#!/bin/sh\n\(line)\n", to: "line.sh")
            let ways: [(Caller, String)] = [
                (.root, "direct"), (.root, "srun"), (.root, "job"), (.user, "srun"), (.user, "job"),
            ]
            try await withThrowingTaskGroup { group in
                for (caller, via) in ways {
                    group.addTask {
                        let words = ["run", "--format", "json", "--via", via, "--timeout", "2s"]
                        let ran = try await caller.fleet(
                            trial, words + ["--script", "\(trial.local)/line.sh"])
                        let document = try ran.decoded(RunDocument.self)
                        let outcomes = document.nodes.map(\.outcome)
                        #expect(
                            outcomes == ["timed_out", "timed_out"],
                            "\(caller), \(via): \(ran.out) \(ran.err)")
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await trial.cluster.jobsAreGone())
            for node in ["gpu-1", "gpu-2"] {
                let processes = try await trial.cluster.inside(node, "pgrep -a -x sleep; true")
                #expect(processes.out == "", "\(node): \(processes.out)")
                try await expectInService(trial.cluster, node)
            }
        }
    }
}
