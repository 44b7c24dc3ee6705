import FoundationEssentials
import Testing

/// Every selector against a real slurmctld, and what `fleet nodes` prints against Slurm's own tools.
@Suite(
    "Selecting nodes on a cluster", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct SelectionTests {
    /// `fleet nodes`, and what it printed.
    private func nodes(_ cluster: DemoCluster, _ arguments: String...) async throws -> String {
        let ran = try await Ran.run(
            cluster.program, ["nodes"] + arguments, environment: ["SLURM_CONF": cluster.slurmConf])
        #expect(ran.status == 0, "\(arguments): \(ran.err)")
        #expect(ran.err == "")
        return ran.out.hasSuffix("\n") ? String(ran.out.dropLast()) : ran.out
    }

    @Test("States, features, resources, hostlists, files, standard input, limits")
    func fromNodes() async throws {
        try await DemoCluster.with(["--nodes", "12"]) { cluster in
            try await cluster.slurm(
                "scontrol", "update", "nodename=gpu-[2,4]", "state=drain", "reason=x")
            try await cluster.slurm(
                "scontrol", "update", "nodename=gpu-[1-3]", "availablefeatures=rack1,old",
                "activefeatures=rack1")
            try await cluster.slurm(
                "scontrol", "update", "nodename=gpu-[3-4]", "availablefeatures=rack1,old",
                "activefeatures=rack1,old")

            #expect(try await nodes(cluster) == "gpu-[1-12]")
            #expect(try await nodes(cluster, "--state", "drain") == "gpu-[2,4]")
            #expect(try await nodes(cluster, "--state", "!drain") == "gpu-[1,3,5-12]")
            #expect(
                try await nodes(cluster, "--state", "idle,!drain", "-n", "gpu-[1-4]") == "gpu-[1,3]"
            )
            #expect(try await nodes(cluster, "--feature", "rack1") == "gpu-[1-4]")
            // A feature that is there and not active does not count.
            #expect(try await nodes(cluster, "--feature", "rack1&!old") == "gpu-[1-2]")
            #expect(try await nodes(cluster, "--feature", "old", "--state", "!drain") == "gpu-3")
            #expect(try await nodes(cluster, "--gres", "gpu:a10g:4", "--count") == "12")
            #expect(try await nodes(cluster, "--gres", "gpu:a10g:5", "--count") == "0")
            #expect(try await nodes(cluster, "--gres", "!gpu", "--count") == "0")
            #expect(try await nodes(cluster, "-x", "gpu-[1-9]") == "gpu-[10-12]")
            #expect(try await nodes(cluster, "-n", "gpu-[0-12/4]&gpu-[1-8]") == "gpu-[4,8]")
            #expect(try await nodes(cluster, "--limit", "3", "-x", "gpu-1") == "gpu-[2-4]")
            let sample = try await nodes(cluster, "--limit", "5", "--random", "--expand")
            #expect(Set(sample.split(separator: "\n")).count == 5)

            let shell = """
                printf '# broken\\ngpu-[1-3]!gpu-2\\ngpu-11 # and this\\n' >"$1"
                "$0" nodes -n @"$1"; "$0" nodes -x - <"$1"; cat "$1" | "$0" nodes -n - --limit 1
                cat "$1" | "$0" nodes -n @/dev/stdin --count
                """
            let file = cluster.slurmConf + ".hosts"
            let ran = try await Ran.run(
                "/bin/sh", ["-c", shell, cluster.program, file],
                environment: ["SLURM_CONF": cluster.slurmConf])
            #expect(ran.out == "gpu-[1,3,11]\ngpu-[2,4-10,12]\ngpu-1\n3\n", "\(ran.err)")

            // What fleet prints, scontrol takes back, and in the same order.
            let odd = try await nodes(cluster, "--nodes", "gpu-[12,1-11/2]")
            let back = try await cluster.slurm("scontrol", "show", "hostnames", odd)
            let expanded = try await nodes(cluster, "--nodes", "gpu-[12,1-11/2]", "--expand")
            #expect(back.out == expanded + "\n")
            let json = try await nodes(cluster, "-n", "gpu-[9-11]", "--format", "json")
            #expect(json.contains(#""folded" : "gpu-[9-11]""#))
        }
    }

    @Test("Jobs, users, reservations")
    func fromJobs() async throws {
        try await DemoCluster.with { cluster in
            // Two jobs of operator, one of root, and one that cannot start.
            func submit(_ user: String, _ arguments: String...) async throws -> String {
                let ran = try await Ran.run(
                    "/usr/sbin/runuser",
                    ["-u", user, "--", "/usr/bin/sbatch", "--parsable", "-o", "/dev/null"]
                        + arguments + ["--wrap", "sleep 300"],
                    environment: ["SLURM_CONF": cluster.slurmConf])
                #expect(ran.status == 0, "\(ran.err)")
                return ran.out.filter { !$0.isWhitespace }
            }
            let wide = try await submit("operator", "-w", "gpu-[2-3]", "-N", "2")
            let array = try await submit("operator", "-w", "gpu-3", "--array", "7")
            let other = try await submit("root", "-w", "gpu-1")
            let held = try await submit("operator", "--hold")
            let run = try await cluster.eventually {
                try await cluster.slurm("squeue", "-h", "-t", "R").out.split(separator: "\n").count
                    == 3
            }
            #expect(run)
            try await cluster.slurm(
                "scontrol", "create", "reservation", "reservationname=kept", "starttime=now",
                "duration=60", "nodes=gpu-[1,4]", "users=operator", "flags=maint,ignore_jobs")

            #expect(try await nodes(cluster, "--job", wide) == "gpu-[2-3]")
            #expect(try await nodes(cluster, "--job", "\(other),\(array)") == "gpu-[1,3]")
            #expect(try await nodes(cluster, "--job", array + "_7") == "gpu-3")
            #expect(try await nodes(cluster, "--user", "operator") == "gpu-[2-3]")
            #expect(try await nodes(cluster, "--user", "root,operator") == "gpu-[1-3]")
            #expect(try await nodes(cluster, "--user", "0") == "gpu-1")
            #expect(try await nodes(cluster, "--user", "operator", "-x", "gpu-3") == "gpu-2")
            #expect(try await nodes(cluster, "--reservation", "kept") == "gpu-[1,4]")
            #expect(try await nodes(cluster, "--reservation", "kept", "--user", "root") == "gpu-1")
            #expect(try await nodes(cluster, "--user", "nobody", "--count") == "0")

            try await refuses(
                cluster,
                [
                    (["--job", held], "Job \(held) holds no nodes: it is pending."),
                    (["--job", "\(wide),4000000"], "knows no job '4000000'"),
                    (["--job", array + "_8"], "knows no job '\(array)_8'"),
                    (["--reservation", "nosuch"], "knows no reservation 'nosuch'"),
                    (["--exclude", "nosuch"], "knows no node 'nosuch'"),
                    (["--user", "nobody"], "no node matches the selection"),
                    (["--nodes", ""], "it names no node"),
                    (["--nodes", "gpu-1!gpu-1"], "it names no node"),
                    (["--failed-from", "nosuch"], "nosuch"),
                ])

            // Every command takes the same selectors.
            let status = try await cluster.fleet(
                "status", "--job", wide, "-x", "gpu-2", "--format", "json")
            #expect(try status.decoded(StatusDocument.self).nodes.map(\.name) == ["gpu-3"])
            let ran = try await cluster.fleet(
                "run", "--user", "operator", "--limit", "1", "--format", "json", "--", "true")
            #expect(try ran.decoded(RunDocument.self).nodes.map(\.node) == ["gpu-2"])
        }
    }

    /// Each of these ends with exit code 64, a message, and nothing on standard output.
    private func refuses(
        _ cluster: DemoCluster, _ cases: [(arguments: [String], message: String)]
    ) async throws {
        for (arguments, message) in cases {
            let ran = try await Ran.run(
                cluster.program, ["nodes"] + arguments,
                environment: ["SLURM_CONF": cluster.slurmConf])
            #expect(ran.status == 64, "\(arguments): \(ran.err)")
            #expect(ran.err.contains(message), "\(arguments): \(ran.err)")
            #expect(ran.out.isEmpty)
        }
    }
}
