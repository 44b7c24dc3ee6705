import FoundationEssentials
import Testing

/// What `fleet health` offers to cron, monitoring and browsers, for root and for an ordinary user, on one cluster.
@Suite(
    "fleet health for cron, monitoring and browsers",
    .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(10)))
struct HealthOptionTests {
    @Test("Sleeping nodes, pages, metrics, the head node, and no process left, for root and a user")
    func all() async throws {
        let lines = [
            "SuspendProgram=/bin/true", "ResumeProgram=/bin/true", "SuspendTime=86400",
            "SuspendTimeout=1", "ResumeTimeout=5",
        ]
        try await Trial.with(["--nodes", "3"] + lines.flatMap { ["--conf", $0] }) { trial in
            let cluster = trial.cluster
            for name in ["1", "2", "3"] {
                _ = try await cluster.inside("gpu-\(name)", "mount /lustre")
            }
            try await head(trial)
            #expect(try await cluster.putToSleep("gpu-3"))
            for caller in Caller.allCases {
                try await files(trial, caller)
            }
            try await local(trial)
            try await processes(trial)
            try await asleep(trial)
        }
    }

    /// A node's prolog or HealthCheckProgram asks it of itself, and no slurmctld.
    private func local(_ trial: Trial) async throws {
        let cluster = trial.cluster
        func check(_ node: String) async throws -> (code: Int32, text: String) {
            let begin = ContinuousClock.now
            let ran = try await cluster.inside(
                node, "SLURM_CONF=\(cluster.slurmConf) '\(cluster.program)' health --local")
            // A tenth of a second on a node of its own.
            #expect(ContinuousClock.now - begin < .seconds(10))
            return (ran.status, ran.out + ran.err)
        }
        try await cluster.script("slurmctld", "stop")
        let well = try await check("gpu-1")
        #expect(well.code == 0, "\(well.text)")
        try await cluster.script("break", "gpu-2", "gpu-lost")
        let sick = try await check("gpu-2")
        #expect(sick.code == 1 && sick.text.contains("fail"), "\(sick.text)")
        try await cluster.script("heal", "gpu-2")
        let healed = try await check("gpu-2")
        #expect(healed.code == 0, "\(healed.text)")
        try await cluster.script("slurmctld", "start")
        let isBack = try await cluster.eventually(within: 60) {
            try await cluster.slurm("sinfo", "-h", "-n", "gpu-[1-2]", "-o", "%T").out == "idle\n"
        }
        #expect(isBack)
    }

    /// A sleeping node makes the exit code 2 unless it is said to be right; a dead one always does.
    private func asleep(_ trial: Trial) async throws {
        func codes(_ caller: Caller) async throws -> [Int32] {
            var codes: [Int32] = []
            for words in [[], ["--asleep", "not-run"], ["--asleep", "ok"], ["--asleep=ok"]] {
                codes.append(try await caller.fleet(trial, ["health"] + words).status)
            }
            return codes
        }
        for caller in Caller.allCases {
            #expect(try await codes(caller) == [2, 2, 0, 0], "\(caller)")
        }
        // A slurmd that goes on would bring it back.
        try await trial.cluster.script("slurmd", "gpu-2", "stop")
        try await trial.cluster.slurm(
            "scontrol", "update", "nodename=gpu-2", "state=down", "reason=no power")
        for caller in Caller.allCases {
            #expect(try await codes(caller) == [2, 2, 2, 2], "\(caller)")
        }
        // What fails outweighs both.
        try await trial.cluster.script("break", "gpu-1", "gpu-missing")
        for caller in Caller.allCases {
            #expect(try await codes(caller) == [1, 1, 1, 1], "\(caller)")
        }
    }

    /// One page that needs nothing else, also beside a table, and of a run that is kept; metrics in a file.
    private func files(_ trial: Trial, _ caller: Caller) async throws {
        let folder = caller.folder(trial)
        func text(_ name: String) throws -> String {
            try String(contentsOf: URL(filePath: "\(folder)/\(name)"), encoding: .utf8)
        }
        let page = try await caller.fleet(
            trial, ["health", "--format", "html", "--output", "\(folder)/page.html"])
        #expect(page.status == 2 && page.out.isEmpty, "\(caller): \(page.err)")
        let ran = try await caller.fleet(
            trial,
            [
                "health", "--metrics", "\(folder)/fleet.prom", "--report", "\(folder)/report.html",
            ])
        #expect(ran.status == 2 && ran.out.contains("VERDICT"), "\(caller): \(ran.err)")
        let kept = try await caller.fleet(trial, ["show", "last", "--format", "html"])
        #expect(kept.status == 0, "\(kept.err)")
        for page in [try text("page.html"), try text("report.html"), kept.out] {
            #expect(page.hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n"))
            for word in ["gpu-1", "gpu-2", "gpu-3", "not run"] { #expect(page.contains(word)) }
            for word in ["<script", "src=", "href=\"http", "url("] { #expect(!page.contains(word)) }
        }
        #expect(kept.out == (try text("report.html")), "what is kept is the same page")
        let metrics = try text("fleet.prom")
        #expect(
            metrics.contains("fleet_health_check_verdict{node=\"gpu-1\",check=\"gpu-check\"} 0"))
        #expect(metrics.contains("fleet_gpu_check_"))
        // A page of what has none, and a file that cannot be written, are told.
        let none = try await caller.fleet(trial, ["run", "--format", "html", "--", "true"])
        #expect(none.status == 64, "\(none.err)")
        let lost = try await caller.fleet(trial, ["health", "--report", "/proc/none/report.html"])
        #expect(lost.status == 3 && lost.err.contains("/proc/none/report.html"), "\(lost.err)")
        #expect(lost.out.contains("gpu-"), "the rows are printed all the same")
    }

    /// The head node's row is there, and is no node of the cluster's: not in the history, not to be drained.
    private func head(_ trial: Trial) async throws {
        for user in ["root", "operator"] {
            let runs = "FLEET_RUN_DIR=\(trial.cluster.home)/\(user)/head-\(trial.cluster.name)"
            func onHead(_ command: String) async throws -> Ran {
                try await Ran.run(
                    Place.clusterScript,
                    [
                        "exec", "--name", trial.cluster.name, "--user", user, "head", "sh", "-c",
                        "SLURM_CONF=\(trial.cluster.slurmConf) FLEET_HISTORY_SITE=none \(runs) \(trial.cluster.program) \(command)",
                    ])
            }
            let ran = try await onHead("run --include-head --format json -- hostname")
            #expect(ran.status == 0, "\(user): \(ran.err)")
            let rows = try ran.decoded(RunDocument.self)
            #expect(rows.nodes.map(\.stdout) == ["head\n", "gpu-1\n", "gpu-2\n", "gpu-3\n"])
            #expect(rows["head"]?.launcher == "local")
            _ = try await trial.cluster.inside("head", "umount /lustre")
            let health = try await onHead("health --include-head --format json")
            let judged = try health.decoded(RunDocument.self)
            #expect(health.status == 1 && judged["head"]?.verdict == "fail", "\(user)")
            #expect(judged["head"]?.findings.first?.code == "mount.not_mounted")
            #expect(judged.summary == RunDocument.Summary(ok: 3, fail: 1))
            let history = try await onHead("history --changes")
            #expect(!history.out.contains("head"), "\(user): \(history.out)")
            let plan = try await onHead("drain --from last --dry-run")
            #expect(plan.status == 0 && plan.err.contains("no node failed"), "\(plan.err)")
            _ = try await trial.cluster.inside("head", "mount /lustre")
        }
    }

    /// With too few processes there is an error or there are rows, and never a wait without end.
    private func processes(_ trial: Trial) async throws {
        for command in ["status", "health --asleep ok", "health --local", "run -n gpu-1 -- true"] {
            for limit in [1, 5, 9, 12, 16] {
                let ran = try await trial.asOperator(
                    "exec timeout 60 prlimit --nproc=\(limit) '\(trial.cluster.program)' \(command)"
                )
                #expect(ran.status != 124, "\(command) with \(limit) processes hangs")
                if ran.status == 3 {
                    #expect(ran.err.contains("ulimit -u"), "\(command), \(limit): \(ran.err)")
                }
                if limit < 10 { #expect(ran.status == 3, "\(command), \(limit): \(ran.err)") }
            }
        }
    }
}
