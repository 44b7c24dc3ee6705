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
