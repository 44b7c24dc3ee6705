import FoundationEssentials
import Subprocess
import SystemPackage
import Testing

/// fleet is interrupted, loses its terminal, or is killed: no job stays, and what was gathered is kept.
@Suite(
    "Interruptions", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct InterruptionTests {
    /// Starts `fleet run`, waits until both payloads have written, and sends fleet a signal.
    private func interrupted(
        _ cluster: DemoCluster, signal: String, timeout: Int
    ) async throws -> Ran {
        let script = """
            "$1" run --via job --run-dir "$2" --format json --timeout \(timeout) -- sh -c 'echo begun; sleep 55' &
            pid=$!
            for _ in $(seq 150); do
                [ "$(find "$2" -name '.*.out' -size +0 2>/dev/null | wc -l)" = 2 ] && break
                sleep 0.1
            done
            kill -\(signal) $pid
            wait $pid
            """
        return try await Ran.run(
            "/bin/bash", ["-c", script, "sh", cluster.program, runs(of: cluster)],
            environment: ["SLURM_CONF": cluster.slurmConf])
    }

    /// A folder of this test's own, on the shared home.
    private func runs(of cluster: DemoCluster) -> String {
        "\(cluster.home)/root/\(cluster.name)"
    }

    @Test("Ctrl-C and TERM end the jobs; every row is there", arguments: ["INT", "TERM"])
    func signal(name: String) async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            // A background process of a script ignores INT from birth; fleet must take it all the same.
            let ran = try await interrupted(cluster, signal: name, timeout: 60)
            try? FileManager.default.removeItem(atPath: runs(of: cluster))
            #expect(ran.status == 130)
            #expect(ran.seconds < 25)
            #expect(ran.err.contains("interrupted: ending the jobs on gpu-[1-2]"))
            let document = try ran.decoded(RunDocument.self)
            #expect(document.summary == RunDocument.Summary(unknown: 2))
            for node in document.nodes {
                #expect(node.outcome == "cancelled")
                #expect(node.stdout == "begun\n")
            }
            #expect(try await cluster.jobsAreGone())
            let left = try await cluster.inside("gpu-1", "pgrep -c -x sleep || true")
            #expect(left.out == "0\n")
        }
    }

    @Test(
        "kill -9, or a lost terminal, which ends nothing: the jobs end within their own limit and leave records",
        arguments: ["KILL", "HUP"])
    func killed(name: String) async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            let ran = try await interrupted(cluster, signal: name, timeout: 6)
            // With a lost terminal fleet goes on, to rows that ran out of time.
            #expect(ran.status == (name == "HUP" ? 1 : 137))
            #expect(ran.out.isEmpty == (name == "KILL"))
            let limits = try await cluster.slurm("squeue", "-h", "-o", "%l")
            #expect(Set(limits.out.split(separator: "\n")).isSubset(of: ["1:00"]))
            #expect(try await cluster.jobsAreGone(within: 20))
            let runs = runs(of: cluster)
            defer { try? FileManager.default.removeItem(atPath: runs) }
            let run = try FileManager.default.contentsOfDirectory(atPath: runs)
                .first { $0 != "history.sqlite" }
            let records = try FileManager.default.contentsOfDirectory(
                atPath: "\(runs)/\(try #require(run))/records")
            let whole = records.filter { !$0.hasPrefix(".") }
            #expect(Set(whole.map { String($0.prefix(6)) }) == ["gpu-1.", "gpu-2."])
        }
    }

    @Test("A job that still waits when fleet is killed has a deadline: it must not run days later")
    func pendingJobsExpire() async throws {
        try await DemoCluster.with(["--nodes", "1"]) { cluster in
            try await cluster.slurm(
                "sbatch", "--exclusive", "-o", "/dev/null", "--wrap", "sleep 100")
            let busy = try await cluster.eventually {
                try await !cluster.slurm("squeue", "-h", "-t", "R").out.isEmpty
            }
            #expect(busy)
            let script = """
                "$1" run --wait 3 -- true & pid=$!
                sleep 2; kill -9 $pid; wait $pid
                """
            _ = try await Ran.run(
                "/bin/bash", ["-c", script, "sh", cluster.program],
                environment: ["SLURM_CONF": cluster.slurmConf])
            let job = try await cluster.slurm("squeue", "-h", "-t", "PD", "-o", "%i").out
                .filter(\.isNumber)
            let shown = try await cluster.slurm("scontrol", "-o", "show", "job", job).out
            #expect(shown.contains("Deadline=20"), "\(shown)")
        }
    }

    @Test("Ctrl-C ends a run within seconds although slurmctld is frozen")
    func frozenController() async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            let folder = cluster.slurmConf.split(separator: "/").dropLast(2).joined(separator: "/")
            let find =
                "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/environ 2>/dev/null | grep -q '/\(folder)/' && [ \"$(cat $p/comm)\" = slurmctld ] && basename $p; done; true"
            let found = try await Ran.run("/bin/sh", ["-c", find])
            let pid = try #require(found.out.split(separator: "\n").first.map(String.init))
            let script = """
                "$1" run --run-dir "$2" --format json -- sh -c 'echo begun; sleep 50' & pid=$!
                for _ in $(seq 150); do
                    [ "$(find "$2" -name '.*.out' -size +0 2>/dev/null | wc -l)" = 2 ] && break
                    sleep 0.1
                done
                kill -STOP \(pid); sleep 1; kill -INT $pid
                wait $pid; code=$?; kill -CONT \(pid); exit $code
                """
            let ran = try await Ran.run(
                "/bin/bash", ["-c", script, "sh", cluster.program, runs(of: cluster)],
                environment: ["SLURM_CONF": cluster.slurmConf])
            try? FileManager.default.removeItem(atPath: runs(of: cluster))
            #expect(ran.status == 130)
            #expect(ran.seconds < 35, "took \(ran.seconds) s")
            #expect(
                try ran.decoded(RunDocument.self).nodes.map(\.outcome) == [
                    "cancelled", "cancelled",
                ])
        }
    }
}
