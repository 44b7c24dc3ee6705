import Testing

/// `fleet run` on a real slurmctld with real slurmds.
@Suite(
    "fleet run on a cluster", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct RunTests {
    @Test("Four nodes answer with their own names, within 3 s", arguments: [nil, "operator"])
    func hostnames(user: String?) async throws {
        try await DemoCluster.with(alone: true) { cluster in
            let ran = try await cluster.fleet(
                "run", "--format", "json", "--", "hostname", user: user)
            #expect(ran.status == 0)
            #expect(ran.seconds < 3, "took \(ran.seconds) s")
            let document = try ran.decoded(RunDocument.self)
            #expect(document.schema == "fleet.run/1")
            #expect(document.run.probe == "run")
            #expect(document.run.launcher == "job")
            #expect(document.summary == RunDocument.Summary(ok: 4))
            #expect(document.nodes.map(\.node) == ["gpu-1", "gpu-2", "gpu-3", "gpu-4"])
            for node in document.nodes {
                #expect(node.stdout == "\(node.node)\n")
                #expect(node.outcome == "finished")
                #expect(node.exit_code == 0)
                #expect(node.job_id != nil)
                #expect(node.verdict == "ok")
            }
            let who = try await cluster.fleet(
                "run", "-n", "gpu-2", "--format", "json", "--", "id", "-un", user: user)
            #expect(try who.decoded(RunDocument.self)["gpu-2"]?.stdout == "\(user ?? "root")\n")
        }
    }

    @Test("Every way a command can end has its own row")
    func endings() async throws {
        try await DemoCluster.with(["--nodes", "1"]) { cluster in
            func run(_ command: String..., timeout: String = "20") async throws -> (
                Ran, RunDocument.Node
            ) {
                let ran = try await Ran.run(
                    cluster.program,
                    ["run", "--format", "json", "--timeout", timeout, "--"] + command,
                    environment: ["SLURM_CONF": cluster.slurmConf])
                let node = try #require(try ran.decoded(RunDocument.self).nodes.first)
                return (ran, node)
            }
            let (failing, exit) = try await run("sh", "-c", "echo no >&2; exit 3")
            #expect(failing.status == 1)
            #expect(exit.exit_code == 3)
            #expect(exit.verdict == "fail")
            #expect(exit.stderr == "no\n")

            let (_, missing) = try await run("no-such-command")
            #expect(missing.exit_code == 127)
            #expect(missing.findings.first?.code == "run.not_found")

            let (_, killed) = try await run("sh", "-c", "kill -9 $$")
            #expect(killed.exit_code == nil)
            #expect(killed.signal == 9)

            let (stubborn, late) = try await run(
                "sh", "-c", "trap '' TERM; echo begun; sleep 60; sleep 60", timeout: "1")
            #expect(stubborn.status == 1)
            #expect(stubborn.seconds < 15)
            #expect(late.outcome == "timed_out")
            #expect(late.stdout == "begun\n")
            #expect(late.reason == "still running after 1 s (--timeout)")
            let left = try await cluster.inside("gpu-1", "pgrep -c -x sleep || true")
            #expect(left.out == "0\n")
        }
    }

    @Test("10 MB and binary output come back byte for byte")
    func output() async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            let large = try await cluster.fleet(
                "run", "--format", "json", "--", "sh", "-c",
                "head -c 10000000 /dev/zero | tr '\\0' y")
            let document = try large.decoded(RunDocument.self)
            for node in document.nodes {
                let text = try #require(node.stdout)
                #expect(text.utf8.count == 10_000_000)
                #expect(text.utf8.allSatisfy { $0 == UInt8(ascii: "y") })
            }
            let binary = try await cluster.fleet(
                "run", "-n", "gpu-1", "--format", "json", "--", "printf", "a\\000\\377b")
            let node = try #require(try binary.decoded(RunDocument.self).nodes.first)
            #expect(node.stdout == nil)
            #expect(node.stdout_base64 == "YQD/Yg==")
        }
    }

    @Test("A row says why a node was not run: drained, busy")
    func notRun() async throws {
        try await DemoCluster.with { cluster in
            try await cluster.slurm(
                "scontrol", "update", "nodename=gpu-4", "state=drain", "reason=bad fan \u{1b}[31m")
            try await cluster.slurm(
                "sbatch", "-w", "gpu-3", "--exclusive", "-o", "/dev/null", "--wrap", "sleep 120")
            let busy = try await cluster.eventually {
                try await cluster.slurm("squeue", "-h", "-t", "R").out.isEmpty == false
            }
            #expect(busy)
            let ran = try await cluster.fleet(
                "run", "--wait", "3", "--format", "json", "--", "true")
            #expect(ran.status == 2)
            let document = try ran.decoded(RunDocument.self)
            #expect(document.summary == RunDocument.Summary(ok: 2, not_run: 2))
            let drained = try #require(document["gpu-4"])
            #expect(drained.outcome == "not_run")
            #expect(drained.verdict == nil)
            #expect(drained.stdout == nil)
            #expect(drained.reason?.hasPrefix("drained by root ") == true)
            #expect(drained.reason?.contains("bad fan") == true)
            let waiting = try #require(document["gpu-3"])
            #expect(waiting.outcome == "not_run")
            #expect(waiting.reason?.contains("(--wait)") == true)

            let table = try await cluster.fleet(
                "run", "--wait", "3", "--ignore-not-run", "--", "true")
            #expect(table.status == 0)
            #expect(!table.out.contains("\u{1b}"))
            #expect(table.out.contains("\\x1b[31m"))
            #expect(table.out.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
        }
    }

    @Test("Two fleets at once do not disturb each other; each row is its own")
    func together() async throws {
        try await DemoCluster.with { cluster in
            async let first = cluster.fleet("run", "--format", "json", "--", "echo", "one")
            async let second = cluster.fleet("run", "--format", "json", "--", "echo", "two")
            let answers = try await [first, second].map { try $0.decoded(RunDocument.self) }
            #expect(Set(answers[0].nodes.map(\.stdout)) == ["one\n"])
            #expect(Set(answers[1].nodes.map(\.stdout)) == ["two\n"])
            #expect(answers.allSatisfy { $0.summary == RunDocument.Summary(ok: 4) })
        }
    }

    @Test("Rows that cannot be written are no success", arguments: ["table", "json", "jsonl"])
    func fullOutput(format: String) async throws {
        try await DemoCluster.with(["--nodes", "1"]) { cluster in
            let ran = try await Ran.run(
                "/bin/sh",
                [
                    "-c", "\"$1\" run --format \(format) -- echo x >/dev/full", "sh",
                    cluster.program,
                ],
                environment: ["SLURM_CONF": cluster.slurmConf])
            #expect(ran.status == 3)
            #expect(ran.err.contains("No space left on device"), "\(ran.err)")
        }
    }
}
