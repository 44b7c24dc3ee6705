import FoundationEssentials
import Testing

/// Nodes that one srun asks together, on a real cluster.
@Suite(
    "Groups", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(40)))
struct GroupTests {
    /// Leaves a line for every time it runs on a node.
    private static func look(_ folder: String, then more: String = "true") -> [String] {
        [
            "--", "sh", "-c",
            "echo x >>\(folder)/mark-$SLURMD_NODENAME; \(more); echo $SLURMD_NODENAME $SLURM_JOB_ID",
        ]
    }

    private static func times(_ folder: String, _ node: String) -> Int {
        let marks = try? String(contentsOfFile: "\(folder)/mark-\(node)", encoding: .utf8)
        return marks?.split(separator: "\n").count ?? 0
    }

    @Test(
        "As root without an allocation, as a user in one allocation: each node once, one job at most"
    )
    func ways() async throws {
        try await Trial.with(["--nodes", "5", "--light"]) { trial in
            try await trial.cluster.slurm(
                "scontrol", "update", "nodename=gpu-5", "state=drain", "reason=x")
            let rows = try await trial.document(
                ["run", "--read-only"] + Self.look(trial.shared))
            #expect(rows.nodes.map(\.verdict) == ["ok", "ok", "ok", "ok", nil])
            #expect(rows.nodes.prefix(4).allSatisfy { $0.launcher == "direct" && $0.attempts == 1 })
            for number in 1...4 {
                #expect(rows["gpu-\(number)"]?.stdout?.hasPrefix("gpu-\(number)") == true)
                #expect(Self.times(trial.shared, "gpu-\(number)") == 1)
            }
            let ran = try await trial.asOperator(
                "\(trial.cluster.program) run --read-only --format json -- sh -c 'echo $SLURM_JOB_ID'"
            )
            let document = try ran.decoded(RunDocument.self)
            #expect(
                document.nodes.prefix(4).allSatisfy { $0.launcher == "srun" && $0.attempts == 1 })
            #expect(Set(document.nodes.prefix(4).map(\.stdout)).count == 1)
            #expect(document["gpu-1"]?.stdout?.count ?? 0 > 1)
            // A larger output than a group may carry, a limit that is too long, and groups of one: alone.
            let large = try await trial.document(
                [
                    "run", "--read-only", "-n", "gpu-[1-3]", "--", "head", "-c", "2000000",
                    "/dev/zero",
                ])
            #expect(large.nodes.map(\.attempts) == [2, 2, 2])
            #expect(large.nodes.map { $0.stdout?.utf8.count } == [2_000_000, 2_000_000, 2_000_000])
            #expect(try await trial.cluster.jobsAreGone())
        }
    }

    /// A group's node may be asked again, so what may change a node is never in one, whichever way it goes.
    @Test("What may change a node has a launch of its own on each; what only looks has one for all")
    func alone() async throws {
        try await Trial.with(["--nodes", "4", "--light"]) { trial in
            let size = ["--", "sh", "-c", "echo ${SLURM_STEP_NUM_NODES:-$SLURM_NNODES}"]
            let short = ["run", "--timeout", "10"]
            for words in [short, short + ["--via", "direct"], short + ["--via", "srun"], ["run"]] {
                let rows = try await trial.document(words + size)
                #expect(rows.nodes.map(\.stdout) == Array(repeating: "1\n", count: 4), "\(words)")
            }
            let looking = try await trial.document(["run", "--read-only"] + size)
            #expect(looking.nodes.map(\.stdout) == Array(repeating: "4\n", count: 4))
        }
    }

    @Test("A frozen and a killed slurmd cost their own rows", arguments: ["STOP", "KILL"])
    func sick(_ signal: String) async throws {
        try await Trial.with(["--nodes", "6", "--light", "--conf", "MessageTimeout=5"]) { trial in
            try await trial.cluster.signalSlurmd("gpu-3", signal)
            let started = ContinuousClock.now
            let rows = try await trial.document(
                ["run", "--read-only"] + Self.look(trial.shared))
            print("\(signal): \(ContinuousClock.now - started)")
            // The others answer in the group: they do not wait for srun to give up the sick one.
            for number in [1, 2, 4, 5, 6] {
                let row = try #require(rows["gpu-\(number)"])
                #expect(row.verdict == "ok" && row.attempts == 1, "gpu-\(number)")
                #expect(Self.times(trial.shared, "gpu-\(number)") == 1)
            }
            let sick = try #require(rows["gpu-3"])
            #expect(sick.outcome == "launch_failed", "\(sick.reason ?? "")")
            #expect(sick.attempts == 2)
            if signal == "STOP" { try await trial.cluster.signalSlurmd("gpu-3", "CONT") }
        }
    }

    @Test(
        "A fleet that is killed while its group runs: attach brings every row, and nothing ran twice"
    )
    func killed() async throws {
        try await Trial.with(["--nodes", "3", "--light"]) { trial in
            let live = try await trial.start(
                ["run", "--read-only"] + Self.look(trial.shared, then: "sleep 6"))
            let hasBegun = try await trial.cluster.eventually(within: 20) {
                (1...3).allSatisfy { Self.times(trial.shared, "gpu-\($0)") == 1 }
            }
            #expect(hasBegun)
            try await live.signal("KILL")
            let rows = try await trial.document(["attach"])
            #expect(rows.nodes.map(\.verdict) == ["ok", "ok", "ok"])
            for number in 1...3 { #expect(Self.times(trial.shared, "gpu-\(number)") == 1) }
        }
    }

    @Test("A run that is cancelled: every row says so, and nothing goes on")
    func cancelled() async throws {
        try await Trial.with(["--nodes", "3", "--light"]) { trial in
            let live = try await trial.start(
                ["run", "--read-only", "--format", "json"]
                    + Self.look(trial.shared, then: "echo begun; exec sleep 9"))
            let hasBegun = try await trial.cluster.eventually(within: 20) {
                (1...3).allSatisfy { Self.times(trial.shared, "gpu-\($0)") == 1 }
            }
            #expect(hasBegun)
            try await live.signal("INT")
            #expect(try await live.status() == 130)
            let document = try live.document()
            #expect(document.nodes.map(\.outcome) == ["cancelled", "cancelled", "cancelled"])
            #expect(document.nodes.map(\.stdout) == ["begun\n", "begun\n", "begun\n"])
        }
    }

    @Test("A node that is taken between the plan and the start is split off, and waits alone")
    func taken() async throws {
        try await Trial.with(["--nodes", "3", "--light"]) { trial in
            // A full node that fleet believes to be free: the plan is made before the job begins.
            let line = """
                \(trial.cluster.program) run --read-only --wait 4 --format json --batch 1,100% -n gpu-[1-3] -- sh -c '
                if [ $SLURMD_NODENAME = gpu-1 ]; then SLURM_CONF=\(trial.cluster.slurmConf) sbatch -Q -w gpu-3 --exclusive -t 5 -o /dev/null --wrap "sleep 20"; sleep 4; fi; echo ok'
                """
            let ran = try await trial.asOperator(line)
            let rows = try ran.decoded(RunDocument.self)
            #expect(rows["gpu-2"]?.verdict == "ok", "\(ran.out)")
            #expect(rows["gpu-2"]?.attempts == 2)
            #expect(rows["gpu-3"]?.outcome == "not_run", "\(ran.out)")
            #expect(rows["gpu-3"]?.reason_code == "busy")
            try await trial.cluster.slurm("scancel", "-u", "operator")
        }
    }
}
