import FoundationEssentials
import Testing

/// 200 runs by job on a real 16-node cluster, each with random faults of its own, ten at a time; short commands, which share
/// that code, 30 times.
@Suite(
    "Random faults on a cluster", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .serialized, .timeLimit(.minutes(40)))
struct FaultScheduleTests {
    @Test("Jobs: every row is there once and is true, nothing ran twice", arguments: 0..<2)
    func jobs(half: UInt64) async throws { try await FaultRounds().schedules(.job, half: half) }

    @Test("Short commands: every row is there once and is true, nothing ran twice")
    func short() async throws { try await FaultRounds().schedules(.short, half: 2, rounds: 3) }
}

/// The same in groups: 200 runs without an allocation, 30 with one.
///
/// Beside the other suite, not after it: that would be the longest of all.
@Suite(
    "Random faults on groups", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .serialized, .timeLimit(.minutes(40)))
struct GroupFaultScheduleTests {
    @Test("Groups: every row is there once and is true", arguments: 0..<2)
    func looking(half: UInt64) async throws {
        try await FaultRounds().schedules(.looking, half: half)
    }

    @Test("Groups in jobs: every row is there once and is true")
    func lookingInJobs() async throws {
        try await FaultRounds().schedules(.lookingInJobs, half: 2, rounds: 3)
    }
}

/// Rounds of ten runs at once, each with faults of its own, on one cluster.
struct FaultRounds {
    private static let nodes = 16
    private static let together = 10

    /// How the payload reaches the nodes.
    enum Way: String, CaseIterable, Sendable {
        /// A job per node, and a srun per node as fleet chooses it for a short command.
        case job, short
        /// A command that only looks: groups without an allocation, and groups with one.
        case looking, lookingInJobs

        var flags: [String] {
            switch self {
            case .job: ["--via", "job"]
            case .short: []
            case .looking: ["--read-only"]
            case .lookingInJobs: ["--read-only", "--via", "srun"]
            }
        }

        /// A command that changes something begins once at most; a look once in its group, and once alone.
        func mostTimes(retries: Int) -> Int {
            switch self {
            case .job, .short: 1
            case .looking, .lookingInJobs: 2 + retries
            }
        }

        /// So many rows of each round must not be ok: a look that was disturbed is made again.
        var leastDisturbed: Int { mostTimes(retries: 0) == 1 ? 10 : 1 }
    }

    /// How the rows of all runs ended: faults that change nothing would prove nothing.
    private actor Tally {
        private(set) var outcomes: [String: Int] = [:]

        func add(_ rows: [RunDocument.Node]) {
            for row in rows {
                outcomes[row.verdict == "ok" ? "ok" : row.outcome, default: 0] += 1
            }
        }
    }

    /// Runs rounds of schedules in one way, and checks every row.
    func schedules(_ way: Way, half: UInt64, rounds: Int = 10) async throws {
        let options = [
            "--light", "--nodes", "\(Self.nodes)", "--conf", "MessageTimeout=3", "--conf",
            "SlurmdTimeout=300", "--conf", "KillWait=2",
        ]
        let tally = Tally()
        try await DemoCluster.with(options) { cluster in
            for round in 0..<rounds {
                let first = (half * 10 + UInt64(round)) * UInt64(Self.together)
                try await withThrowingTaskGroup { group in
                    for seed in first..<(first + UInt64(Self.together)) {
                        group.addTask { await tally.add(try await one(seed, way, on: cluster)) }
                    }
                    // slurmctld itself goes away for a moment in some rounds.
                    if round % 4 == 3 || round == rounds - 1 {
                        group.addTask {
                            try await begun(first..<(first + UInt64(Self.together)), on: cluster)
                            try await cluster.script("slurmctld", "stop")
                            try await Task.sleep(for: .milliseconds(700))
                            try await cluster.script("slurmctld", "start")
                        }
                    }
                    try await group.waitForAll()
                }
                try await repair(cluster)
                #expect(try await cluster.jobsAreGone(within: 60), "jobs left after round \(round)")
            }
        }
        let outcomes = await tally.outcomes
        let schedules = rounds * Self.together
        print("\(schedules) schedules, \(way): \(outcomes.sorted { $0.key < $1.key })")
        #expect(outcomes.values.reduce(0, +) == schedules * Self.nodes)
        #expect(
            outcomes.values.reduce(0, +) - outcomes["ok", default: 0] >= rounds * way.leastDisturbed
        )
    }

    private func folder(_ seed: UInt64, on cluster: DemoCluster) -> String {
        "\(cluster.home)/root/\(cluster.name)-\(seed)"
    }

    /// Waits until every fleet has asked slurmctld for the nodes, after which it makes its run directory: ten of them share
    /// two cores, and without an answer there are no rows.
    private func begun(_ seeds: Range<UInt64>, on cluster: DemoCluster) async throws {
        try await Task.sleep(for: .milliseconds(2_000))
        var missing = Set(seeds)
        for _ in 0..<400 where !missing.isEmpty {
            missing = missing.filter {
                let runs = folder($0, on: cluster) + "/runs"
                return !FileManager.default.fileExists(atPath: runs)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func one(
        _ seed: UInt64, _ way: Way, on cluster: DemoCluster
    ) async throws -> [RunDocument.Node] {
        let schedule = FaultSchedule(seed: seed, nodes: Self.nodes)
        let folder = folder(seed, on: cluster)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(
            atPath: "\(folder)/marks", withIntermediateDirectories: true)
        async let faults: Void = inflict(schedule, folder: folder, on: cluster)
        let ran = try await cluster.fleet(
            arguments: ["run"] + way.flags + [
                "--run-dir", "\(folder)/runs", "--format", "json", "--wait", "15",
                "--timeout", "10", "--retry", "\(seed % 2)", "--", "sh", "-c",
                "echo x >>\(folder)/marks/$SLURMD_NODENAME; sleep 0.3; echo $SLURMD_NODENAME",
            ])
        try await faults
        let document = try? ran.decoded(RunDocument.self)
        let rows = document?.nodes ?? []
        let names = rows.map(\.node)
        #expect(
            names == (1...Self.nodes).map { "gpu-\($0)" },
            "seed \(seed): \(schedule.faults): \(names) \(ran.err)")
        for row in rows { check(row, way, folder: folder, seed: seed) }
        return rows
    }

    /// A row must not say less, or more, than what happened on its node.
    private func check(_ row: RunDocument.Node, _ way: Way, folder: String, seed: UInt64) {
        let marks = try? String(contentsOfFile: "\(folder)/marks/\(row.node)", encoding: .utf8)
        let times = marks?.split(separator: "\n").count ?? 0
        #expect(
            times <= way.mostTimes(retries: Int(seed % 2)),
            "seed \(seed): \(row.node) ran \(times) times")
        switch row.outcome {
        case "finished":
            #expect(times > 0, "seed \(seed): \(row.node) finished, and never ran")
            if row.exit_code == 0 { #expect(row.stdout == "\(row.node)\n", "seed \(seed)") }
        case "not_run" where row.attempts == 1, "launch_failed" where row.attempts == 1:
            #expect(
                times == 0,
                "seed \(seed): \(row.node) ran, and its row says \(row.outcome): \(row.reason ?? "")"
            )
        default: break
        }
        #expect(
            row.verdict == "ok" || row.reason?.isEmpty == false || row.exit_code != nil
                || row.signal != nil)
    }

    private func inflict(
        _ schedule: FaultSchedule, folder: String, on cluster: DemoCluster
    ) async throws {
        var passed = 0
        for fault in schedule.faults {
            try await Task.sleep(for: .milliseconds(fault.after - passed))
            passed = fault.after
            try await inflict(fault, folder: folder, on: cluster)
        }
    }

    private func inflict(
        _ fault: FaultSchedule.Fault, folder: String, on cluster: DemoCluster
    ) async throws {
        let node = "gpu-\(fault.node)"
        // Only jobs of this run: the others have faults of their own.
        let run = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/runs")
            .first { $0 != "history.sqlite" }
        func jobs() async throws -> [String] {
            guard let run else { return [] }
            return try await cluster.slurm(
                "squeue", "-h", "-n", "fleet-\(run)", "-w", node, "-o", "%i"
            ).out.split(separator: "\n").map { String($0.filter(\.isNumber)) }
        }
        switch fault.kind {
        case .freezeSlurmd:
            try? await cluster.trySignal(node, "STOP")
            try await Task.sleep(for: .milliseconds(fault.lasts))
            try? await cluster.trySignal(node, "CONT")
        case .killSlurmd: try? await cluster.trySignal(node, "KILL")
        case .drain:
            try await cluster.slurm(
                "scontrol", "update", "nodename=\(node)", "state=drain", "reason=t")
            try await Task.sleep(for: .milliseconds(fault.lasts))
            try await cluster.slurm("scontrol", "update", "nodename=\(node)", "state=undrain")
        case .setDown:
            try await cluster.slurm(
                "scontrol", "update", "nodename=\(node)", "state=down", "reason=t")
            try await Task.sleep(for: .milliseconds(fault.lasts))
            try await cluster.slurm("scontrol", "update", "nodename=\(node)", "state=resume")
        case .cancelJob: for job in try await jobs() { try await cluster.slurm("scancel", job) }
        case .killWrapper:
            for job in try await jobs() {
                try await cluster.slurm("scancel", "--batch", "--signal=KILL", job)
            }
        case .requeueJob:
            for job in try await jobs() { try await cluster.slurm("scontrol", "requeue", job) }
        case .plantRecord:
            guard let run else { return }
            for job in try await jobs() {
                let path = "\(folder)/runs/\(run)/records/\(node).\(job)"
                try? "garbage".write(toFile: path, atomically: true, encoding: .utf8)
            }
        }
    }

    /// Every slurmd runs again, and every node takes jobs.
    private func repair(_ cluster: DemoCluster) async throws {
        for index in 1...Self.nodes {
            let node = "gpu-\(index)"
            try? await cluster.trySignal(node, "CONT")
            let words = ["slurmd", "--name", cluster.name, node, "start"]
            _ = try await Ran.run(Place.clusterScript, words)
            for state in ["undrain", "resume"] {
                try await cluster.slurm("scontrol", "update", "nodename=\(node)", "state=\(state)")
            }
        }
        let ready = try await cluster.eventually(within: 60) {
            let idle = try await cluster.slurm(
                "sinfo", "-h", "-p", "compute-gpu", "-t", "idle", "-o", "%D")
            return idle.out.filter(\.isNumber) == "\(Self.nodes)"
        }
        if !ready {
            let states = try await cluster.slurm("sinfo", "-N", "-h", "-o", "%N %T %E").out
            Issue.record("the cluster is not whole again: \(states)")
        }
    }
}

extension DemoCluster {
    /// Sends a signal to a node's slurmd where there is one.
    func trySignal(_ node: String, _ signal: String) async throws {
        let pid = try await Ran.run(Place.clusterScript, ["pid", "--name", name, node])
        guard pid.status == 0 else { return }
        _ = try await Ran.run("/bin/kill", ["-\(signal)", pid.out.filter(\.isNumber)])
    }
}
