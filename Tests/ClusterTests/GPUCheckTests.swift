import Testing

/// `fleet gpu-check` on nodes whose nvidia-smi (a stand-in for the hardware) answers what the test sets.
@Suite(
    "fleet gpu-check on a cluster", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct GPUCheckTests {
    @Test("Healthy nodes are ok, as root and as an ordinary user", arguments: [nil, "operator"])
    func healthy(user: String?) async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            let ran = try await cluster.fleet("gpu-check", "--format", "json", user: user)
            #expect(ran.status == 0, "\(ran.out)")
            #expect(try ran.decoded(RunDocument.self).summary == RunDocument.Summary(ok: 2))
            let table = try await cluster.fleet("gpu-check", "--gpus", user: user)
            #expect(table.out.split(separator: "\n").count == 9)
        }
    }

    @Test("Every kind of sick GPU is named, and the healthy node beside them stays ok")
    func sick() async throws {
        let scenarios = [
            ("gpu-2", "gpu-lost", "gpu.lost"), ("gpu-3", "gpu-missing", "gpu.count"),
            ("gpu-4", "gpu-driver", "gpu.driver"), ("gpu-5", "gpu-mismatch", "gpu.driver_mismatch"),
            ("gpu-6", "gpu-remap", "gpu.remap_pending"), ("gpu-7", "gpu-hot", "gpu.temperature"),
            ("gpu-8", "gpu-absent", "gpu.not_installed"),
        ]
        try await DemoCluster.with(["--nodes", "8"]) { cluster in
            for (node, scenario, _) in scenarios {
                try await cluster.script("break", node, scenario)
            }
            let ran = try await cluster.fleet("gpu-check", "--format", "json")
            #expect(ran.status == 1)
            let document = try ran.decoded(RunDocument.self)
            #expect(document["gpu-1"]?.verdict == "ok")
            for (name, scenario, code) in scenarios {
                let node = try #require(document[name])
                #expect(node.verdict == "fail" || node.verdict == "warn", "\(scenario)")
                let finding = node.findings.first { $0.code == code }
                #expect(finding != nil, "\(scenario): \(node.findings.map(\.code))")
                #expect(finding?.remedy != nil, "\(scenario)")
            }
            for (node, _, _) in scenarios { try await cluster.script("heal", node) }
            let healed = try await cluster.fleet("gpu-check", "--format", "json")
            #expect(try healed.decoded(RunDocument.self).summary == RunDocument.Summary(ok: 8))
        }
    }

    @Test("An nvidia-smi that never answers is a row at its deadline; a cut-off answer is unknown")
    func hangs() async throws {
        try await DemoCluster.with(["--nodes", "3"]) { cluster in
            try await cluster.script("break", "gpu-1", "gpu-hang")
            try await cluster.script(
                "set", "gpu-2", "nvidia-smi/output",
                "<?xml version=\"1.0\" ?><nvidia_smi_log><gpu id=\"0\">")
            let ran = try await cluster.fleet("gpu-check", "--format", "json")
            #expect(ran.seconds < 40)
            let document = try ran.decoded(RunDocument.self)
            #expect(document["gpu-1"]?.verdict == "fail")
            #expect(document["gpu-1"]?.findings.first?.code == "gpu.hang")
            #expect(document["gpu-2"]?.verdict == "unknown")
            #expect(document["gpu-3"]?.verdict == "ok")
        }
    }

    @Test(
        "Eight nodes of eight GPUs, a busy and a drained one: each row says what is wrong, and what to do"
    )
    func fleet() async throws {
        try await DemoCluster.with(["--nodes", "10", "--gpus", "8"]) { cluster in
            let faults = [
                ("gpu-2", "gpu-lost"), ("gpu-3", "gpu-driver"), ("gpu-4", "gpu-mismatch"),
                ("gpu-5", "gpu-hang"), ("gpu-6", "gpu-missing"), ("gpu-7", "gpu-remap"),
                ("gpu-8", "gpu-xid"),
            ]
            for (node, scenario) in faults { try await cluster.script("break", node, scenario) }
            // What explains a hang stands in the kernel log, which must come home beside it.
            try await cluster.script(
                "set", "gpu-5", "kernel-log",
                "[ 9.0] NVRM: Xid (PCI:0000:00:1d): 119, pid=1, name=nvidia-smi, Timeout waiting for RPC from GSP!"
            )
            try await cluster.slurm(
                "sbatch", "-w", "gpu-9", "--gres", "gpu:a10g:8", "-o", "/dev/null", "--wrap",
                "sleep 100")
            try await cluster.slurm(
                "scontrol", "update", "nodename=gpu-10", "state=drain", "reason=bad fan")
            let isHeld = try await cluster.eventually {
                try await !cluster.slurm("squeue", "-h", "-t", "R").out.isEmpty
            }
            #expect(isHeld)
            let ran = try await cluster.fleet("gpu-check", "--format", "json")
            #expect(ran.status == 1 && ran.seconds < 50)
            let document = try ran.decoded(RunDocument.self)
            try expectFaults(document)
            #expect(document["gpu-9"]?.verdict == "ok", "\(String(describing: document["gpu-9"]))")
            #expect(document["gpu-10"]?.outcome == "not_run")
            #expect(document["gpu-10"]?.reason?.contains("bad fan") == true)
            // Without a job the drained node is reached, and needs no GPU from Slurm.
            let direct = try await cluster.fleet(
                "gpu-check", "--via", "direct", "--include-drained", "-n", "gpu-[9-10]", "--format",
                "json")
            let reached = try direct.decoded(RunDocument.self)
            #expect(reached.summary == RunDocument.Summary(ok: 2), "\(direct.out)")
        }
    }

    private func expectFaults(_ document: RunDocument) throws {
        func finding(_ node: String, _ code: String) throws -> RunDocument.Finding {
            let row = try #require(document[node])
            let finding = row.findings.first { $0.code == code }
            return try #require(finding, "\(node): \(row.findings.map(\.code))")
        }
        #expect(document["gpu-1"]?.verdict == "ok")
        #expect(try finding("gpu-2", "gpu.lost").subject == "GPU 2 (0000:00:1d.0)")
        #expect(try finding("gpu-2", "gpu.off_bus").subject == "GPU 2 (0000:00:1d.0)")
        #expect(try finding("gpu-3", "gpu.driver").severity == "fail")
        #expect(try finding("gpu-4", "gpu.driver_mismatch").severity == "fail")
        #expect(try finding("gpu-5", "gpu.hang").severity == "fail")
        #expect(try finding("gpu-5", "gpu.xid").message.contains("Xid 119"))
        #expect(try finding("gpu-6", "gpu.count").message.contains("missing: 0000:01:1e.0"))
        #expect(try finding("gpu-7", "gpu.remap_pending").subject == "GPU 1 (0000:00:1c.0)")
        let xid = try finding("gpu-8", "gpu.xid")
        #expect(xid.subject == "GPU 3 (0000:00:1e.0)" && xid.message.contains("followed by Xid 45"))
        #expect(document["gpu-8"]?.findings.count == 1)
    }

    @Test(
        "A kernel log that the user may not read is unknown, and read as root where there is sudo")
    func kernelLog() async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            for node in ["gpu-1", "gpu-2"] {
                try await cluster.script("set", node, "kernel-log-denied", "1")
            }
            try await cluster.script("break", "gpu-2", "no-sudo")
            let ran = try await cluster.fleet("gpu-check", "--format", "json", user: "operator")
            let document = try ran.decoded(RunDocument.self)
            #expect(document["gpu-1"]?.verdict == "ok", "\(ran.out)")
            #expect(document["gpu-2"]?.verdict == "unknown")
            // Two nodes have no majority, which is told as information.
            let findings = document["gpu-2"]?.findings.filter { $0.severity != "info" }
            #expect(findings?.map(\.code) == ["gpu.kernel_unread"])
        }
    }

    @Test("A node whose GPUs are all in use is still asked")
    func busy() async throws {
        try await DemoCluster.with(["--nodes", "1"]) { cluster in
            try await cluster.slurm(
                "sbatch", "--gres", "gpu:a10g:4", "-o", "/dev/null", "--wrap", "sleep 100")
            let held = try await cluster.eventually {
                try await !cluster.slurm("squeue", "-h", "-t", "R").out.isEmpty
            }
            #expect(held)
            let ran = try await cluster.fleet("gpu-check", "--format", "json")
            #expect(ran.status == 0, "\(ran.out)")
        }
    }
}
