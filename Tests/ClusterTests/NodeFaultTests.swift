import Testing

/// A node that dies or hangs costs its own row, and nobody else's.
@Suite(
    "Sick nodes", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct NodeFaultTests {
    @Test(
        "A slurmd that is frozen or killed before the run: the others within 3 s, its own row soon",
        arguments: ["STOP", "KILL"])
    func before(signal: String) async throws {
        try await DemoCluster.with(alone: true) { cluster in
            try await cluster.signalSlurmd("gpu-3", signal)
            let script = """
                "$1" run --format jsonl -- hostname | while IFS= read -r line; do
                    printf '%s %s\\n' "$(cut -d. -f1 /proc/uptime)" "$line"
                done
                """
            let began = try await Ran.run("/bin/cut", ["-d.", "-f1", "/proc/uptime"]).out
            let ran = try await Ran.run(
                "/bin/sh", ["-c", script, "sh", cluster.program],
                environment: ["SLURM_CONF": cluster.slurmConf])
            let lines = ran.out.split(separator: "\n").map(String.init)
            #expect(lines.count == 4)
            let start = try #require(Int(began.filter(\.isNumber)))
            let seconds = lines.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
                .map { $0 - start }
            #expect(seconds.prefix(3).allSatisfy { $0 <= 3 }, "rows after \(seconds) s")
            #expect((seconds.last ?? 99) < 25, "rows after \(seconds) s")
            let last = try #require(lines.last)
            #expect(last.contains("\"node\":\"gpu-3\""))
            #expect(last.contains("\"verdict\":\"unknown\""))
            #expect(last.contains("\"outcome\":\"launch_failed\""))
            #expect(lines.dropLast().allSatisfy { $0.contains("\"verdict\":\"ok\"") })
            if signal == "STOP" { try await cluster.signalSlurmd("gpu-3", "CONT") }
        }
    }

    @Test(
        "A slurmd that is frozen or killed while the command runs loses nothing",
        arguments: ["STOP", "KILL"])
    func during(signal: String) async throws {
        try await DemoCluster.with { cluster in
            let runs = "\(cluster.home)/root/\(cluster.name)"
            async let running = cluster.fleet(
                "run", "--run-dir", runs, "--format", "json", "--", "sh", "-c",
                "echo begun; sleep 6; hostname")
            let began = try await cluster.eventually {
                let files = try await Ran.run(
                    "/bin/sh",
                    ["-c", "find \(runs) -name '.gpu-*.out' -size +0 2>/dev/null | wc -l"])
                return files.out == "4\n"
            }
            #expect(began)
            try await cluster.signalSlurmd("gpu-2", signal)
            let ran = try await running
            _ = try await Ran.run("/bin/rm", ["-rf", runs])
            #expect(ran.status == 0, "\(ran.out)")
            let document = try ran.decoded(RunDocument.self)
            #expect(document.summary == RunDocument.Summary(ok: 4))
            #expect(document["gpu-2"]?.stdout == "begun\ngpu-2\n")
            if signal == "STOP" { try await cluster.signalSlurmd("gpu-2", "CONT") }
        }
    }

    @Test("A job that someone else cancels is a row of its own, with what it had written")
    func cancelledByAnother() async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            async let running = cluster.fleet(
                "run", "--format", "json", "--", "sh", "-c", "echo begun; sleep 30")
            var job = ""
            let found = try await cluster.eventually {
                job = try await cluster.slurm("squeue", "-h", "-t", "R", "-w", "gpu-1", "-o", "%i")
                    .out.filter(\.isNumber)
                return !job.isEmpty
            }
            #expect(found)
            try await Task.sleep(for: .seconds(1))
            try await cluster.slurm("scancel", job)
            try await cluster.slurm("scancel", "-w", "gpu-2", "--state=RUNNING")
            let document = try await running.decoded(RunDocument.self)
            let node = try #require(document["gpu-1"])
            #expect(node.stdout == "begun\n")
            #expect(node.outcome == "cancelled")
            #expect(node.verdict == "unknown")
        }
    }
}
