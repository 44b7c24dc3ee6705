import FoundationEssentials
import Testing

/// What a site's Slurm wants to know of every job, from flags, variables and files; and what it refuses.
@Suite(
    "Slurm options", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40))
)
struct JobOptionTests {
    /// The only job's fields, as scontrol shows them, while the run's payload sleeps.
    private func job(
        _ trial: Trial, _ words: [String], environment: [String: String] = [:]
    ) async throws -> [String: String] {
        async let running = trial.document(
            ["run"] + words + ["--", "sleep", "2"], environment: environment)
        var fields: [String: String] = [:]
        let isRunning = try await trial.cluster.eventually {
            let shown = try await trial.cluster.slurm("scontrol", "-o", "show", "job").out
            let jobs = shown.split(separator: "\n").filter { $0.contains(" JobState=RUNNING ") }
            for word in jobs.last?.split(separator: " ") ?? [] {
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                if parts.count == 2 { fields[parts[0]] = parts[1] }
            }
            return jobs.count == 1
        }
        #expect(isRunning)
        #expect(try await running.nodes.map(\.verdict) == ["ok"])
        return fields
    }

    @Test("Flags, variables and files arrive at Slurm", arguments: ["job", "srun"])
    func arrive(via: String) async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            let cluster = trial.cluster
            let reservation = try await cluster.slurm(
                "scontrol", "create", "reservation", "reservationname=maint-7", "users=root",
                "starttime=now", "duration=10", "nodes=gpu-1")
            #expect(reservation.status == 0, "\(reservation.err)")
            let given = try await job(
                trial,
                [
                    "--via", via, "--job-name", "probe", "--exclusive", "--job-gres", "gpu:2",
                    "--job-memory", "2G", "--partition", "small", "--reservation", "maint-7",
                    "--account", "operations", "--wait", "90s", "--timeout", "5m",
                ])
            #expect(given["JobName"]?.hasPrefix("probe-2") == true)
            #expect(given["ReqNodeList"] == "gpu-1")
            #expect(given["OverSubscribe"] == "NO")
            #expect(given["NumCPUs"] == "8")
            #expect(given["TresPerNode"]?.hasSuffix("gpu:2") == true, "\(given)")
            #expect(given["MinMemoryNode"] == "2G")
            #expect(given["Partition"] == "small")
            #expect(given["Reservation"] == "maint-7")
            #expect(given["Account"] == "operations")
            // 300 s, 5 s until KILL, and 30 s of slack.
            #expect(given["TimeLimit"] == "00:06:00")
            #expect((given["Deadline"] != "N/A") == (via == "job"))
            try await cluster.slurm("scontrol", "delete", "reservationname=maint-7")

            // Variables over files; neither takes a whole node or a GPU by itself.
            let home = "\(trial.local)/home"
            try FileManager.default.createDirectory(
                atPath: "\(home)/.config/fleet", withIntermediateDirectories: true)
            try trial.write(
                "fan_out:\n  via: \(via)\njobs:\n  name: from-file\n  memory: 300M\n  account: filed\n  partition: small\n",
                to: "config.yaml", in: "\(home)/.config/fleet")
            let standing = try await job(
                trial, ["-n", "gpu-1"],
                environment: [
                    "HOME": home, "FLEET_JOB_NAME": "from-variable", "FLEET_MEMORY": "200M",
                ])
            #expect(standing["JobName"]?.hasPrefix("from-variable-2") == true)
            #expect(standing["MinMemoryNode"] == "200M")
            #expect(standing["Account"] == "filed")
            #expect(standing["Partition"] == "small")
            #expect(standing["NumCPUs"] == "1")
            // Without --timeout none of fleet's own: the partition's, or a day and a minute of slack where it has none.
            #expect(standing["TimeLimit"] == "1-00:01:00", "\(standing)")
            #expect(standing["TresPerNode"] == nil)
        }
    }

    @Test("What Slurm refuses is one row for the nodes and one closing line with the next step")
    func refused() async throws {
        try await Trial.with(["--nodes", "2", "--conf", "EnforcePartLimits=ANY"]) { trial in
            let cluster = trial.cluster
            func update(_ words: String) async throws {
                let ran = try await cluster.slurm(
                    "scontrol", "update", "partitionname=compute-gpu", words)
                #expect(ran.status == 0, "\(ran.err)")
            }
            func expectRefusal(_ words: [String], _ cause: String, _ remedy: String) async throws {
                for via in ["job", "srun"] {
                    let ran = try await trial.fleet(
                        ["run", "--via", via, "-p", "compute-gpu"] + words + ["--", "true"])
                    #expect(ran.status == 2)
                    let rows = ran.out.split(separator: "\n").dropFirst()
                    #expect(rows.count == 1)
                    #expect(
                        rows.allSatisfy {
                            $0.contains("gpu-[1-2] ") && $0.contains("launch failed")
                                && $0.contains(cause)
                                && $0.contains(remedy)
                        },
                        "\(via): \(ran.out)")
                    #expect(
                        ran.err.contains(
                            "fleet: no job was taken: Slurm refused the job: \(cause)"),
                        "\(ran.err)")
                    #expect(ran.err.contains("\n\(remedy)"), "\(ran.err)")
                }
            }
            // Later releases ask slurmdbd, which is not here, and let every account pass.
            if try await cluster.release() < "24.11" {
                try await update("AllowAccounts=special")
                try await expectRefusal(
                    ["--account", "wrong"], "Invalid account", "Name an account you may charge")
                try await update("AllowAccounts=ALL")
            }
            try await update("MaxTime=1")
            try await expectRefusal(
                ["--timeout", "10m"], "Requested time limit is invalid",
                "Ask for less time (--timeout)")
            try await update("MaxTime=INFINITE")
            try await expectRefusal(
                ["--job-gres", "gpu:9"], "Requested node configuration is not available",
                "The node cannot give what was asked for")

            try await update("State=DOWN")
            for user in ["", "-n gpu-[1-2]"] {
                let ran = try await trial.asOperator(
                    "\(cluster.program) run -p compute-gpu \(user) --format json -- true; rm -rf \"$FLEET_RUN_DIR\""
                )
                let rows = try ran.decoded(RunDocument.self).nodes
                #expect(rows.map(\.reason_code) == ["partition", "partition"])
                #expect(
                    rows.allSatisfy {
                        $0.reason == "no partition takes the job: compute-gpu is down"
                    })
            }
            // Root slips in where nobody's job gets in, and says so.
            let root = try await trial.document(["run", "-p", "compute-gpu", "--", "true"])
            #expect(root.nodes.map(\.launcher) == ["direct", "direct"])
            #expect(
                root.nodes.allSatisfy {
                    $0.note == "no partition takes the job: compute-gpu is down"
                })
        }
    }

    @Test("A powered-down node is woken only when asked for")
    func power() async throws {
        let folder = try await Ran.run("/bin/mktemp", ["-d"]).out.filter { !$0.isNewline }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["suspend", "resume"] {
            let written = try await Ran.run(
                "/bin/sh",
                [
                    "-c",
                    "printf '#!/bin/sh\\necho \"$@\" >>$0.log\\n' >\"$1\" && chmod 755 \"$1\"",
                    "sh", "\(folder)/\(name)",
                ])
            try #require(written.status == 0)
        }
        let lines = [
            "SuspendProgram=\(folder)/suspend", "ResumeProgram=\(folder)/resume",
            "SuspendTime=86400", "SuspendTimeout=1", "ResumeTimeout=5",
        ]
        try await Trial.with(["--nodes", "2"] + lines.flatMap { ["--conf", $0] }) { trial in
            let cluster = trial.cluster
            #expect(try await cluster.putToSleep("gpu-2"))
            for via in ["auto", "job", "srun", "direct"] {
                let asleep = try await trial.document(["run", "--via", via, "--", "true"])
                #expect(asleep["gpu-1"]?.verdict == "ok")
                #expect(asleep["gpu-2"]?.outcome == "not_run")
                #expect(asleep["gpu-2"]?.reason?.hasPrefix("powered down") == true)
                #expect(asleep["gpu-2"]?.reason_code == "state")
                #expect(asleep["gpu-2"]?.remedy?.contains("--power-up") == true)
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/resume.log"))
            // Nothing comes up; slurmctld must have come to the job, and to its ResumeProgram, on a busy machine too.
            let woken = try await trial.document(
                ["run", "-n", "gpu-2", "--power-up", "--wait", "15s", "--", "true"])
            #expect(woken.nodes.count == 1)
            #expect(woken.nodes.first?.note == "woken: it was powered down")
            let isAsked = try await cluster.eventually {
                let log = try? String(
                    contentsOf: URL(filePath: "\(folder)/resume.log"), encoding: .utf8)
                return log?.contains("gpu-2") == true
            }
            #expect(isAsked)
        }
    }
}
