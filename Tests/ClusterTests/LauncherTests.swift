import FoundationEssentials
import Testing

/// The three ways to a node, and which of them is taken when.
@Suite(
    "Launchers", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(40)))
struct LauncherTests {
    /// What must be the same whatever carried it.
    private struct Answer: Equatable {
        var outcome: String
        var exit: Int?
        var signal: Int?
        var reason: String?
        var code: String?
        var verdict: String?
        var findings: [String]
        var stdout: String?
        var stdoutBytes: String?
        var stderr: String?
        var stderrBytes: String?

        init(_ node: RunDocument.Node) {
            outcome = node.outcome
            (exit, signal) = (node.exit_code, node.signal)
            (reason, code, verdict) = (node.reason, node.reason_code, node.verdict)
            findings = node.findings.map(\.code)
            (stdout, stdoutBytes) = (node.stdout, node.stdout_base64)
            (stderr, stderrBytes) = (node.stderr, node.stderr_base64)
        }
    }

    @Test("job, srun and direct give the same record and the same outcome")
    func sameRecord() async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            let payloads = [
                ["sh", "-c", "echo out; echo err >&2; exit 3"], ["sh", "-c", "kill -9 $$"],
                ["sh", "-c", "kill -TERM $$"], ["no-such-command"],
                ["sh", "-c", "trap '' TERM; echo begun; sleep 60"],
                ["printf", "a\\000\\377b"], ["sh", "-c", "printf 'x\\200' >&2"],
                ["sh", "-c", "head -c 10000000 /dev/zero | tr '\\0' y"], ["true"],
            ]
            func answers(_ via: String) async throws -> [[Answer]] {
                var answers: [[Answer]] = []
                for payload in payloads {
                    let document = try await trial.document(
                        ["run", "--via", via, "--timeout", "1s", "--"] + payload)
                    #expect(document.run.launcher == via)
                    #expect(document.nodes.map(\.node) == ["gpu-1", "gpu-2"])
                    #expect(document.nodes.allSatisfy { $0.launcher == via && $0.attempts == 1 })
                    #expect(document.nodes.allSatisfy { ($0.job_id != nil) == (via == "job") })
                    answers.append(document.nodes.map(Answer.init))
                }
                return answers
            }
            async let srun = answers("srun")
            async let direct = answers("direct")
            let job = try await answers("job")
            #expect(try await srun == job)
            #expect(try await direct == job)

            let first = job.compactMap(\.first)
            #expect(first.map(\.exit) == [3, nil, nil, 127, nil, 0, 0, 0, 0])
            #expect(first.map(\.signal) == [nil, 9, 15, nil, nil, nil, nil, nil, nil])
            #expect(first[0].stdout == "out\n")
            #expect(first[0].stderr == "err\n")
            #expect(first[3].findings == ["run.not_found"])
            #expect(first[4].outcome == "timed_out")
            #expect(first[4].reason == "still running after 1 s (--timeout)")
            #expect(first[4].stdout == "begun\n")
            #expect(first[5].stdoutBytes == "YQD/Yg==")
            #expect(first[6].stderrBytes == "eIA=")
            #expect(first[7].stdout == String(repeating: "y", count: 10_000_000))
            #expect(try await trial.cluster.jobsAreGone())

            // A reader who goes away loses the rows he did not read, and nobody else anything.
            let unread = try await trial.shell(
                "fleet run --format jsonl -- true | true; echo ${PIPESTATUS[0]}; fleet runs --format json; fleet nodes | true; echo ${PIPESTATUS[0]}"
            )
            #expect(unread.out.hasPrefix("141\n"), "\(unread.out)")
            #expect(
                unread.out.hasSuffix("\n141\n") || unread.out.hasSuffix("\n0\n"), "\(unread.out)")
            #expect(!unread.out.contains("\"state\" : \"left\""))
            #expect(unread.err.contains("2 nodes: 2 ok (run "), "\(unread.err)")
            #expect(!unread.err.contains("error"), "\(unread.err)")
        }
    }

    @Test("A full and a drained node: who reaches them how, and what the row says")
    func busyAndDrained() async throws {
        try await Trial.with { trial in
            let cluster = trial.cluster
            let submitted = try await trial.asOperator(
                """
                sbatch --parsable -D / -w gpu-3 --exclusive -t 20 -o /dev/null --wrap 'sleep 500'
                sbatch --parsable -D / -w gpu-2 -n 1 --mem 100 -t 20 -o /dev/null --wrap 'sleep 500'
                """
            ).out.split(separator: "\n").map(String.init)
            try #require(submitted.count == 2)
            try await cluster.slurm(
                "scontrol", "update", "nodename=gpu-4", "state=drain", "reason=bad fan")
            let busy = try await cluster.eventually {
                try await cluster.slurm("squeue", "-h", "-t", "R", "-o", "%i").out
                    .split(separator: "\n").count == 2
            }
            #expect(busy)
            // Such as 'busy: job 7 (operator) until 14:20'.
            let fullWords = "busy: job \(submitted[0]) (operator) until "

            let plan = try await trial.fleet(["run", "--dry-run", "--", "true"])
            #expect(plan.status == 0)
            #expect(plan.err.contains("3 to run, 1 not; nothing was done (--dry-run)"))
            #expect(!FileManager.default.fileExists(atPath: trial.runs))
            let queue = try await cluster.slurm("squeue", "-h", "-o", "%i")
            #expect(Set(queue.out.split(separator: "\n").map(String.init)) == Set(submitted))
            // Asks the nodes it can reach, and tells how the change itself would go.
            let whole = try await trial.fleet(["mount-lustre", "--dry-run", "--format", "json"])
            #expect(whole.out.contains("\"schema\" : \"fleet.plan/1\""), "\(whole.out)")
            #expect(whole.out.contains("\"exclusive\" : true"), "\(whole.out)")

            let waited = try await trial.document(
                ["run", "--wait", "2", "--include-drained", "--", "hostname"])
            #expect(waited["gpu-1"]?.launcher == "job")
            #expect(waited["gpu-2"]?.launcher == "job")
            #expect(waited["gpu-4"]?.stdout == "gpu-4\n")
            #expect(waited["gpu-4"]?.launcher == "direct")
            #expect(waited["gpu-4"]?.note?.hasPrefix("drained by root ") == true)
            #expect(waited["gpu-4"]?.note?.hasSuffix(": bad fan") == true)
            #expect(waited["gpu-3"]?.outcome == "not_run")
            #expect(waited["gpu-3"]?.reason_code == "busy")
            let reason = waited["gpu-3"]?.reason ?? ""
            #expect(reason.hasPrefix(fullWords), "\(reason)")
            #expect(
                reason.contains(
                    /until (\d{4}-\d\d-\d\d )?\d\d:\d\d; job \d+ did not start within 2 s \(--wait\)/
                ),
                "\(reason)")

            let stepped = try await trial.document(
                ["run", "--via", "srun", "-n", "gpu-3", "--wait", "2", "--", "hostname"])
            #expect(stepped["gpu-3"]?.outcome == "not_run")
            #expect(stepped["gpu-3"]?.reason?.hasPrefix(fullWords) == true)
            #expect(stepped["gpu-3"]?.reason?.contains("(--wait)") == true)

            let skipped = try await trial.document(["run", "--on-busy", "skip", "--", "hostname"])
            #expect(skipped["gpu-3"]?.outcome == "not_run")
            #expect(skipped["gpu-3"]?.reason?.hasPrefix(fullWords) == true)
            #expect(skipped["gpu-2"]?.outcome == "finished")

            let beside = try await trial.fleet([
                "run", "--on-busy", "run", "-n", "gpu-3", "--", "hostname",
            ])
            #expect(beside.status == 0)
            #expect(beside.out == "gpu-3\n", "\(beside.out)")
            #expect(beside.err.contains("gpu-3: [direct: \(fullWords)"), "\(beside.err)")

            for check in ["gpu-check", "check-mount"] {
                let rows = try await trial.fleet([check])
                #expect(rows.status == 2)
                #expect(rows.out.contains("[direct: \(fullWords)"), "\(rows.out)")
                #expect(rows.err.contains("4 nodes: 3 ok, 1 not run"), "\(rows.err)")
            }

            let change = try await trial.document(["mount-lustre", "--wait", "2"])
            #expect(change.nodes.map(\.outcome) == ["finished", "not_run", "not_run", "not_run"])
            #expect(
                change["gpu-2"]?.reason?.hasPrefix("busy: job \(submitted[1]) (operator)") == true)
            let unasked = try await trial.fleet(
                ["mount-lustre", "--via", "direct", "-n", "gpu-3", "--format", "json"])
            #expect(
                unasked.out.contains("the direct launcher cannot wait for it"), "\(unasked.out)")
            let forced = try await trial.document([
                "mount-lustre", "--on-busy", "run", "-n", "gpu-[2-3]",
            ])
            #expect(forced["gpu-3"]?.launcher == "direct")
            #expect(forced["gpu-3"]?.note?.hasPrefix(fullWords) == true)
            #expect(forced.nodes.map(\.verdict) == ["ok", "ok"])

            let refused = try await trial.asOperator("\(cluster.program) run --via direct -- true")
            #expect(refused.status == 3)
            #expect(
                refused.err.contains("slurmd takes that from root and SlurmUser only"),
                "\(refused.err)")
            #expect(refused.err.contains("use --via job"))
            let drained = try await trial.asOperator(
                "\(cluster.program) run -n gpu-4 --include-drained --format json -- true")
            #expect(
                drained.out.contains("only root and SlurmUser reach a drained node"),
                "\(drained.out)")
            let left = try await cluster.slurm("squeue", "-h", "-o", "%i", "-t", "PD,R")
            #expect(Set(left.out.split(separator: "\n").map(String.init)) == Set(submitted))
        }
    }
}
