import FoundationEssentials
import Testing

/// `fleet check`, and the parts of `fleet gpu-check` that need more than one node's answer.
@Suite(
    "fleet check on a cluster", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct CheckTests {
    private static let environment = Place.repository + "/examples/probes/environment.yaml"

    @Test("The environment example shows which node is different, live and from the kept run")
    func environment() async throws {
        try await Trial.with(["--nodes", "4"]) { trial in
            try await trial.cluster.script("set", "gpu-3", "kernel", "6.9.0-77-aws")
            let document = try await trial.document(["check", Self.environment])
            #expect(document.run.probe == "check environment")
            #expect(document.summary == RunDocument.Summary(ok: 3, warn: 1))
            let codes = document["gpu-3"]?.findings.map(\.code) ?? []
            #expect(codes.contains("check.environment.odd.kernel"), "\(codes)")
            let kept = try await trial.document(["show", "last"])
            #expect(kept.summary == document.summary)
            #expect(kept["gpu-3"]?.findings.map(\.code) == codes)
            let attached = try await trial.document(["attach", "last"])
            #expect(attached.summary == document.summary)

            let table = try await trial.fleet(["check", "--diff", Self.environment])
            #expect(table.status == 0)
            let lines = table.out.split(separator: "\n")
            #expect(lines.contains { $0.contains("6.9.0-77-aws") && $0.hasSuffix("<- gpu-3") })
            let shown = try await trial.fleet(["show", "--diff", "last"])
            #expect(shown.out == table.out)
            #expect(try await trial.fleet(["check", "--strict", Self.environment]).status == 1)
        }
    }

    @Test("Probes are found by name beside slurm.conf, and a malformed one is named")
    func library() async throws {
        try await Trial.with(["--nodes", "1"]) { trial in
            let folder =
                "/"
                + trial.cluster.slurmConf.split(separator: "/").dropLast()
                .joined(separator: "/") + "/fleet-probes"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try trial.write(
                """
                description: How long the node is up.
                payload: |
                  read -r up rest </proc/uptime
                  echo "up=${up%.*}"
                rules:
                  - {field: up, above: -1, severity: warn, message: "up for {up} s"}
                """, to: "uptime.yaml", in: folder)
            let listed = try await trial.fleet(["checks"])
            #expect(listed.status == 0 && listed.out.contains("uptime  reads"), "\(listed.out)")
            let document = try await trial.document(["check", "uptime"])
            #expect(document["gpu-1"]?.verdict == "warn")
            #expect(document["gpu-1"]?.findings.first?.code == "check.uptime.up")
            let skipped = try await trial.fleet(["check", "--skip", "check.uptime.up", "uptime"])
            #expect(skipped.status == 0 && skipped.out.contains("  ok"))
            try trial.write("colour: red\n", to: "bad.yaml", in: folder)
            let bad = try await trial.fleet(["checks"])
            #expect(bad.status == 3 && bad.err.contains("bad.yaml:1: unknown key 'colour'"))
            #expect(try await trial.fleet(["check", "none"]).status == 64)
        }
    }

    @Test("--explain needs no Slurm")
    func explain() async throws {
        let nowhere = ["SLURM_CONF": "/nowhere/slurm.conf"]
        let one = try await Ran.run(
            Place.program, ["gpu-check", "--explain", "gpu.odd.vbios"], environment: nowhere)
        #expect(one.status == 0 && one.out.hasPrefix("gpu.odd.vbios"), "\(one.err)")
        let all = try await Ran.run(
            Place.program, ["gpu-check", "--explain", "all"], environment: nowhere)
        #expect(all.status == 0 && all.out.contains("gpu.diag.failed"))
        let none = try await Ran.run(
            Place.program, ["gpu-check", "--explain", "gpu.none_such"], environment: nowhere)
        #expect(none.status == 64)
    }

    @Test("--diag is unknown without DCGM, and brings DCGM's results home from whole nodes")
    func diagnostic() async throws {
        try await Trial.with(["--nodes", "3"]) { trial in
            for (node, status, code) in [("gpu-1", "Pass", 0), ("gpu-2", "Fail", 226)] {
                let line = """
                    printf '%s\\n' '#!/bin/sh' 'echo "{\\"DCGM Diagnostic\\": {\\"test_categories\\": \
                    [{\\"category\\": \\"Integration\\", \\"tests\\": [{\\"name\\": \\"pcie\\", \\"results\\": \
                    [{\\"entity_group\\": \\"GPU\\", \\"entity_id\\": 3, \\"status\\": \\"\(status)\\", \
                    \\"warnings\\": [\\"level $3\\"]}]}]}]}}"' 'exit \(code)' >/usr/local/bin/dcgmi
                    chmod 755 /usr/local/bin/dcgmi
                    """
                let made = try await trial.cluster.inside(node, line)
                #expect(made.status == 0, "\(made.err)")
            }
            let document = try await trial.document(["gpu-check", "--diag", "2"])
            #expect(document.summary == RunDocument.Summary(ok: 1, unknown: 1, fail: 1))
            #expect(document["gpu-1"]?.verdict == "ok")
            #expect(document["gpu-2"]?.findings.first?.code == "gpu.diag.failed")
            #expect(document["gpu-2"]?.findings.first?.message == "pcie failed: level 2")
            #expect(document["gpu-3"]?.findings.first?.code == "gpu.diag.not_installed")
            #expect(document["gpu-3"]?.findings.first?.remedy != nil)

            try await trial.cluster.slurm(
                "sbatch", "-w", "gpu-1", "-o", "/dev/null", "--wrap", "sleep 100")
            let held = try await trial.cluster.eventually {
                try await !trial.cluster.runningJob(on: "gpu-1").isEmpty
            }
            #expect(held)
            let busy = try await trial.document([
                "gpu-check", "--diag", "1", "--wait", "2", "-n", "gpu-1",
            ])
            #expect(busy["gpu-1"]?.outcome == "not_run")
        }
    }

    @Test("The odd GPU of a fleet is found, in the table, as metrics, and by a site's own rules")
    func fleet() async throws {
        try await Trial.with(["--nodes", "4"]) { trial in
            // The same answer with another VBIOS in it.
            let made = try await trial.cluster.inside(
                "gpu-2",
                """
                real=$(command -v nvidia-smi) && printf '#!/bin/sh\n%s "$@" | sed s/94.02.75.00.01/94.02.75.00.99/g\n' \
                    "$real" >/usr/local/sbin/nvidia-smi && chmod 755 /usr/local/sbin/nvidia-smi
                """)
            #expect(made.status == 0, "\(made.err)")
            let document = try await trial.document(["gpu-check"])
            let odd = document["gpu-2"]?.findings.first { $0.code == "gpu.odd.vbios" }
            #expect(odd?.severity == "warn", "\(document["gpu-2"]?.findings ?? [])")
            #expect(document["gpu-1"]?.verdict == "ok")
            let file = trial.local + "/fleet.prom"
            let ran = try await trial.fleet([
                "gpu-check", "--format", "prometheus", "--output", file,
            ])
            #expect(ran.status == 0 && ran.out.isEmpty, "\(ran.err)")
            let metrics = try String(contentsOf: URL(filePath: file), encoding: .utf8)
            #expect(
                metrics.contains(
                    "fleet_gpu_check_findings{node=\"gpu-2\",code=\"gpu.odd.vbios\",severity=\"warn\"} 1"
                ))
            #expect(metrics.contains("\nfleet_gpu_check_timestamp_seconds "))
            try FileManager.default.createDirectory(
                atPath: trial.local + "/config/fleet", withIntermediateDirectories: true)
            try trial.write(
                "checks: {gpu.odd.vbios: fail, gpu.odd.gsp: off}\n",
                to: "config/fleet/config.yaml")
            let site = ["XDG_CONFIG_HOME": trial.local + "/config"]
            let strict = try await trial.document(["gpu-check"], environment: site)
            #expect(strict["gpu-2"]?.verdict == "fail")
            let lines = try await trial.document(["show", "last"])
            #expect(lines["gpu-2"]?.verdict == "fail")
            let config = try await trial.fleet(["config"], environment: site)
            #expect(config.out.contains("checks.gpu.odd.vbios"))
        }
    }
}
