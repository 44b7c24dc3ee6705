import Testing

/// `fleet status` against what Slurm's own tools say of the same slurmctld.
@Suite(
    "fleet status on a cluster", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct StatusTests {
    @Test("States, reasons, CPUs, memory and GPUs as slurmctld knows them")
    func exact() async throws {
        try await DemoCluster.with { cluster in
            try await cluster.slurm(
                "scontrol", "update", "nodename=gpu-4", "state=drain",
                "reason=수리 🔧 \u{1b}]0;x\u{7}")
            try await cluster.slurm(
                "sbatch", "-w", "gpu-2", "-c", "3", "--mem", "1000", "--gres", "gpu:a10g:2", "-o",
                "/dev/null", "--wrap", "sleep 100")
            let busy = try await cluster.eventually {
                try await !cluster.slurm("squeue", "-h", "-t", "R").out.isEmpty
            }
            #expect(busy)
            let ran = try await cluster.fleet("status", "--format", "json", user: "operator")
            #expect(ran.status == 0)
            let status = try ran.decoded(StatusDocument.self)
            #expect(status.schema == "fleet.status/1")
            #expect(status.cluster == cluster.name)
            #expect(status.partitions.map(\.name) == ["compute-gpu", "small"])
            #expect(status.nodes.map(\.name) == ["gpu-1", "gpu-2", "gpu-3", "gpu-4"])

            let idle = try #require(status["gpu-1"])
            #expect(idle.state.base == "idle")
            #expect(idle.state.flags == [])
            #expect(idle.partitions == ["compute-gpu", "small"])
            #expect(idle.reason == nil)

            let mixed = try #require(status["gpu-2"])
            #expect(mixed.state.base == "mixed")
            #expect(mixed.cpus.allocated >= 3)
            #expect(mixed.cpus.total == 8)
            #expect(mixed.gpus.map(\.type) == ["a10g"])
            #expect(mixed.gpus.map(\.total) == [4])
            #expect(mixed.gpus.map(\.used) == [2])

            let drained = try #require(status["gpu-4"])
            #expect(drained.state.base == "idle")
            #expect(drained.state.flags == ["drain"])
            #expect(drained.reason?.user == "root")
            #expect(drained.reason?.text == "수리 🔧 \u{1b}]0;x\u{7}")
            #expect(drained.partitions == ["compute-gpu"])

            let table = try await cluster.fleet("status", "--nodes-view")
            #expect(!table.out.contains("\u{1b}"))
            #expect(table.out.contains("수리 🔧 \\x1b]0;x\\x07 (by root "))
        }
    }

    @Test("Selectors pick nodes")
    func selectors() async throws {
        try await DemoCluster.with { cluster in
            try await cluster.slurm(
                "scontrol", "update", "nodename=gpu-1", "state=drain", "reason=x")
            func names(_ arguments: String...) async throws -> [String] {
                let ran = try await Ran.run(
                    cluster.program, ["status", "--format", "json"] + arguments,
                    environment: ["SLURM_CONF": cluster.slurmConf])
                return try ran.decoded(StatusDocument.self).nodes.map(\.name)
            }
            #expect(try await names("--partition", "small") == ["gpu-1", "gpu-2"])
            #expect(try await names("--nodes", "gpu-[2-3]") == ["gpu-2", "gpu-3"])
            #expect(try await names("--state", "drain") == ["gpu-1"])
            #expect(try await names("--state", "idle", "-n", "gpu-[3,4]") == ["gpu-3", "gpu-4"])
            #expect(try await names("--state", "down") == [])
        }
    }

    struct BadInput: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var status: Int32
        var message: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test("Bad input: a clear message on stderr, nothing on stdout, the documented exit code")
    func badInput() async throws {
        let cases = [
            BadInput(
                arguments: ["status", "--nodes", "gpu-[1-"], status: 64,
                message: "cannot read the hostlist"),
            BadInput(
                arguments: ["run", "-n", "nosuch", "--", "true"], status: 64,
                message: "knows no node 'nosuch'"),
            BadInput(
                arguments: ["run", "-p", "nosuch", "--", "true"], status: 64,
                message: "knows no partition 'nosuch'"),
            BadInput(
                arguments: ["status", "--state", "sleepy"], status: 64,
                message: "'sleepy' is no node state"),
            BadInput(arguments: ["run"], status: 64, message: "Give a command after --"),
            BadInput(
                arguments: ["run", "--timeout", "0", "--", "true"], status: 64, message: "timeout"),
            BadInput(
                arguments: ["run", "--state", "down", "--", "true"], status: 64,
                message: "no node matches"),
            BadInput(
                arguments: ["check-mount", "--source", "10.1.30.23"], status: 64,
                message: "is no Lustre source"),
            BadInput(arguments: ["frobnicate"], status: 64, message: "frobnicate"),
        ]
        try await DemoCluster.with(["--nodes", "1"]) { cluster in
            for test in cases {
                let ran = try await Ran.run(
                    cluster.program, test.arguments, environment: ["SLURM_CONF": cluster.slurmConf])
                #expect(ran.status == test.status, "\(test): \(ran.err)")
                #expect(ran.err.contains(test.message), "\(test): \(ran.err)")
                #expect(ran.out.isEmpty)
            }
        }
    }

    @Test("No slurm.conf, a broken one, and one that names a dead slurmctld: exit code 3")
    func badConfiguration() async throws {
        try await DemoCluster.with(["--nodes", "1"]) { cluster in
            let missing = try await cluster.fleet(
                "status", environment: ["SLURM_CONF": "/no/such/slurm.conf"])
            #expect(missing.status == 3)
            #expect(missing.seconds < 2)
            #expect(missing.err.contains("/no/such/slurm.conf (named by SLURM_CONF)"))

            let folder = cluster.slurmConf.split(separator: "/").dropLast().joined(separator: "/")
            func changed(_ name: String, _ command: String) async throws -> String {
                let path = "/\(folder)/\(name)"
                let ran = try await Ran.run(
                    "/bin/sh", ["-c", "\(command) '\(cluster.slurmConf)' >'\(path)'"])
                #expect(ran.status == 0)
                return path
            }
            let broken = try await changed("broken.conf", "sed '$ aNoSuchKey=1'")
            let unreadable = try await cluster.fleet("status", environment: ["SLURM_CONF": broken])
            #expect(unreadable.status == 3)
            #expect(unreadable.err.contains("NoSuchKey"))
            #expect(unreadable.err.contains("libslurm gave up while reading \(broken)"))

            let dead = try await changed(
                "dead.conf", "sed 's/^SlurmctldPort=.*/SlurmctldPort=1/'")
            let silent = try await cluster.fleet("status", environment: ["SLURM_CONF": dead])
            #expect(silent.status == 3)
            #expect(silent.seconds < 20, "took \(silent.seconds) s")
            #expect(silent.err.contains("waiting for slurmctld"))
            #expect(silent.err.contains("cannot load the partitions from slurmctld"))
        }
    }
}
