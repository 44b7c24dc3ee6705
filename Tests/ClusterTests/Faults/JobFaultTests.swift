import FoundationEssentials
import Testing

/// A node or a job is changed by somebody else in the middle of a run.
@Suite(
    "Faults of nodes and jobs", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct JobFaultTests {
    /// Starts a run of some seconds on four nodes, does something to it, and gives its rows.
    private func rows(
        _ cluster: DemoCluster, seconds: Int = 4, _ arguments: [String] = [],
        _ fault: (DemoCluster) async throws -> Void
    ) async throws -> RunDocument {
        defer { cluster.removeRuns() }
        async let running = cluster.fleet(
            arguments: ["run", "--run-dir", cluster.runs, "--format", "json"] + arguments + [
                "--", "sh", "-c", "echo begun; sleep \(seconds); echo done",
            ])
        #expect(try await cluster.hasBegun(on: 4))
        try await fault(cluster)
        let document = try await running.decoded(RunDocument.self)
        #expect(document.nodes.map(\.node) == ["gpu-1", "gpu-2", "gpu-3", "gpu-4"])
        #expect(try await cluster.jobsAreGone(within: 40))
        return document
    }

    @Test("A node that is drained, set down, or whose job is requeued while the command runs")
    func nodeChanges() async throws {
        try await DemoCluster.with(["--light"]) { cluster in
            // Drained: what runs may end.
            var document = try await rows(cluster) {
                try await $0.slurm(
                    "scontrol", "update", "nodename=gpu-2", "state=drain", "reason=x")
            }
            #expect(document.summary == RunDocument.Summary(ok: 4))
            try await cluster.slurm("scontrol", "update", "nodename=gpu-2", "state=undrain")
            let back = try await cluster.eventually(within: 20) {
                try await cluster.slurm(
                    "sinfo", "-h", "-n", "gpu-2", "-p", "compute-gpu", "-o", "%t"
                ).out
                    == "idle\n"
            }
            #expect(back)

            // fleet's jobs are never requeued: the command must not run twice.
            document = try await rows(cluster) {
                let job = try await $0.runningJob(on: "gpu-2")
                #expect(try await $0.slurm("scontrol", "requeue", job).status != 0)
            }
            #expect(document.summary == RunDocument.Summary(ok: 4))

            // Set down: Slurm kills what runs there, and nothing else.
            document = try await rows(cluster) {
                try await $0.slurm("scontrol", "update", "nodename=gpu-2", "state=down", "reason=x")
            }
            #expect(document.summary.ok == 3)
            let down = try #require(document["gpu-2"])
            // By whichever Slurm signalled first: the payload, or its wrapper.
            #expect(["node_failed", "cancelled"].contains(down.outcome), "\(down.outcome)")
            #expect(down.stdout == "begun\n")
            #expect(down.verdict == "fail" || down.verdict == "unknown")
        }
    }

    @Test("A prolog that fails on one node costs that row; a slow one costs nothing")
    func prolog() async throws {
        let script = "/tmp/fleet-prolog-\(UInt32.random(in: 0...UInt32.max))"
        try """
        #!/bin/sh
        case $SLURMD_NODENAME in gpu-2) exit 1 ;; gpu-3) sleep 2 ;; esac
        exit 0
        """.write(toFile: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        defer { try? FileManager.default.removeItem(atPath: script) }
        try await DemoCluster.with(["--light", "--conf", "Prolog=\(script)"]) { cluster in
            let ran = try await cluster.fleet("run", "--format", "json", "--", "echo", "here")
            let document = try ran.decoded(RunDocument.self)
            #expect(document.summary.ok == 3, "\(ran.err)")
            let sick = try #require(document["gpu-2"])
            #expect(sick.outcome == "launch_failed", "\(sick.outcome): \(sick.reason ?? "")")
            #expect(sick.verdict == "unknown")
            #expect(sick.reason?.contains("Prolog error") == true, "\(sick.reason ?? "")")
            #expect(ran.seconds < 60)
            #expect(try await cluster.jobsAreGone(within: 40))
        }
    }

    @Test(
        "Records that lie: two for one node, one cut off, one of another run, and a job that leaves none"
    )
    func strangeRecords() async throws {
        try await DemoCluster.with(["--light"]) { cluster in
            let document = try await rows(cluster, seconds: 6) { cluster in
                let folder = try cluster.recordsFolder()
                let nonce = try String(contentsOfFile: folder + "/../nonce", encoding: .utf8)
                let run = try #require(folder.split(separator: "/").dropLast().last)
                func record(_ node: String, job: String, nonce: String) -> String {
                    "no\n\nfleet-record/1 run=\(run) node=\(node) nonce=\(nonce) job=\(job) status=0 "
                        + "timed_out=0 ended=0 setup=0 hundredths=1 stdout=3 stderr=0\n"
                }
                func plant(_ text: String, _ node: String, _ job: String) throws {
                    try text.write(
                        toFile: "\(folder)/\(node).\(job)", atomically: true, encoding: .utf8)
                }
                // A second record for gpu-1, whole and with the right nonce, but of no job of this run.
                try plant(record("gpu-1", job: "99999", nonce: nonce), "gpu-1", "99999")
                for node in ["gpu-2", "gpu-3", "gpu-4"] {
                    let job = try await cluster.runningJob(on: node)
                    // The wrapper itself is killed: it can leave no record.
                    try await cluster.slurm("scancel", "--batch", "--signal=KILL", job)
                    switch node {
                    case "gpu-2":
                        try plant(
                            String(record(node, job: job, nonce: nonce).dropLast(20)), node, job)
                    case "gpu-3":
                        let foreign = String(repeating: "0", count: 32)
                        try plant(record(node, job: job, nonce: foreign), node, job)
                    default: break
                    }
                }
            }
            #expect(document["gpu-1"]?.stdout == "begun\ndone\n")
            #expect(document["gpu-2"]?.outcome == "garbled")
            #expect(document["gpu-2"]?.reason?.contains("cut off") == true)
            #expect(document["gpu-3"]?.outcome == "garbled")
            #expect(document["gpu-3"]?.reason?.contains("another nonce") == true)
            #expect(document["gpu-4"]?.verdict == "unknown")
            #expect(document["gpu-4"]?.stdout?.hasPrefix("begun\n") == true)
            #expect(document.summary == RunDocument.Summary(ok: 1, unknown: 3))
        }
    }

    @Test(
        "A slurmd that was frozen when the job came, and thaws: with --retry the row is there, and the command ran once"
    )
    func retry() async throws {
        try await DemoCluster.with(["--light", "--conf", "MessageTimeout=3"]) { cluster in
            defer { cluster.removeRuns() }
            let marks = "\(cluster.home)/root/\(cluster.name)-marks"
            defer { try? FileManager.default.removeItem(atPath: marks) }
            try await cluster.signalSlurmd("gpu-2", "STOP")
            async let running = cluster.fleet(
                "run", "--run-dir", cluster.runs, "--retry", "9", "--format", "json", "--", "sh",
                "-c", "echo $SLURMD_NODENAME >>\(marks)")
            // The first attempt has failed once the head has taken it away from the node.
            let failed = try await cluster.eventually(within: 40) {
                try await Ran.run(
                    "/bin/sh", ["-c", "ls -a \(cluster.runs)/*/records/.gpu-2.1.claim"]
                ).status == 0
            }
            #expect(failed)
            try await cluster.signalSlurmd("gpu-2", "CONT")
            let document = try await running.decoded(RunDocument.self)
            #expect(document.summary == RunDocument.Summary(ok: 4), "\(document.nodes)")
            let lines = try String(contentsOfFile: marks, encoding: .utf8).split(separator: "\n")
            #expect(lines.sorted() == ["gpu-1", "gpu-2", "gpu-3", "gpu-4"])
            #expect(try await cluster.jobsAreGone(within: 30))
        }
    }

    @Test(
        "A job that waits on a frozen node, and one whose slurmd dies between submission and start")
    func betweenSubmissionAndStart() async throws {
        try await DemoCluster.with(["--light", "--conf", "MessageTimeout=3"]) { cluster in
            // gpu-3's CPUs are taken for 3 s; its slurmd is killed before fleet's job can start there.
            try await cluster.slurm(
                "sbatch", "-w", "gpu-3", "--exclusive", "-o", "/dev/null", "--wrap", "sleep 3")
            let busy = try await cluster.eventually {
                try await !cluster.runningJob(on: "gpu-3").isEmpty
            }
            #expect(busy)
            async let running = cluster.fleet(
                "run", "--wait", "12", "--format", "json", "--", "hostname")
            let waits = try await cluster.eventually {
                try await !cluster.slurm("squeue", "-h", "-t", "PD").out.isEmpty
            }
            #expect(waits)
            try await cluster.signalSlurmd("gpu-3", "KILL")
            let ran = try await running
            let document = try ran.decoded(RunDocument.self)
            #expect(document.summary.ok == 3)
            let lost = try #require(document["gpu-3"])
            #expect(["not_run", "launch_failed", "node_failed"].contains(lost.outcome))
            #expect(lost.reason?.isEmpty == false)
            #expect(ran.seconds < 60)
        }
    }
}
