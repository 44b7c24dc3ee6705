import FoundationEssentials
import Testing

/// 200 runs on a real 16-node cluster, each with random faults of its own, ten at a time.
@Suite(
    "Random faults on a cluster", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct FaultScheduleTests {
    private static let nodes = 16
    private static let together = 10

    /// How the rows of all runs ended: faults that change nothing would prove nothing.
    private actor Tally {
        private(set) var outcomes: [String: Int] = [:]

        func add(_ rows: [RunDocument.Node]) {
            for row in rows {
                outcomes[row.verdict == "ok" ? "ok" : row.outcome, default: 0] += 1
            }
        }
    }

    @Test("Every target has exactly one row, which is true, and no job is left", arguments: 0..<2)
    func schedules(half: UInt64) async throws {
        let options = [
            "--light", "--nodes", "\(Self.nodes)", "--conf", "MessageTimeout=3", "--conf",
            "SlurmdTimeout=300", "--conf", "KillWait=2",
        ]
        let tally = Tally()
        try await DemoCluster.with(options) { cluster in
            for round in 0..<10 {
                let first = (half * 10 + UInt64(round)) * UInt64(Self.together)
                try await withThrowingTaskGroup { group in
                    for seed in first..<(first + UInt64(Self.together)) {
                        group.addTask { await tally.add(try await one(seed, on: cluster)) }
                    }
                    // slurmctld itself goes away for a moment in some rounds.
                    if round % 4 == 3 {
                        group.addTask {
                            // Not before the fleets have asked it: ten of them share two cores.
                            try await Task.sleep(for: .milliseconds(2_000))
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
        print("100 schedules: \(outcomes.sorted { $0.key < $1.key })")
        #expect(outcomes.values.reduce(0, +) == 100 * Self.nodes)
        #expect(outcomes.values.reduce(0, +) - outcomes["ok", default: 0] >= 100)
    }

    private func one(
        _ seed: UInt64, on cluster: DemoCluster
    ) async throws -> [RunDocument.Node] {
        let schedule = FaultSchedule(seed: seed, nodes: Self.nodes)
        let folder = "\(cluster.home)/root/\(cluster.name)-\(seed)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(
            atPath: "\(folder)/marks", withIntermediateDirectories: true)
        async let faults: Void = inflict(schedule, folder: folder, on: cluster)
        let ran = try await cluster.fleet(
            arguments: [
                "run", "--run-dir", "\(folder)/runs", "--format", "json", "--wait", "15",
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
        for row in rows { check(row, folder: folder, seed: seed) }
        return rows
    }

    /// A row must not say less, or more, than what happened on its node.
    private func check(_ row: RunDocument.Node, folder: String, seed: UInt64) {
        let marks = try? String(contentsOfFile: "\(folder)/marks/\(row.node)", encoding: .utf8)
        let times = marks?.split(separator: "\n").count ?? 0
        #expect(times <= 1, "seed \(seed): \(row.node) ran \(times) times")
        switch row.outcome {
        case "finished":
            #expect(times == 1, "seed \(seed): \(row.node) finished, and never ran")
            if row.exit_code == 0 { #expect(row.stdout == "\(row.node)\n", "seed \(seed)") }
        case "not_run", "launch_failed":
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
