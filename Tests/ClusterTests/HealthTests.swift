import FoundationEssentials
import Testing

/// `fleet health` on a real cluster: one sweep for all checks, what is remembered of it, and a node that looks after itself.
@Suite(
    "fleet health on a cluster", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct HealthTests {
    private static let probe = """
        description: A file that says how many.
        health: true
        timeout: 5s
        payload: |
          read -r count <%FILE% || count=0
          [ "$count" != hang ] || sleep 100
          echo "count=$count"
        rules:
          - {field: count, above: 9, severity: fail, message: "{count} is too many", remedy: count again}
        """

    @Test(
        "All checks in one row, for root and for a user; a part that hangs costs itself; standings are shared"
    )
    func sweep() async throws {
        try await Trial.with(["--nodes", "4"]) { trial in
            let folder =
                "/"
                + trial.cluster.slurmConf.split(separator: "/").dropLast()
                .joined(separator: "/") + "/fleet-probes"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            let text = Self.probe.replacing("%FILE%", with: "/etc/count")
            try trial.write(text, to: "count.yaml", in: folder)
            for name in ["1", "2", "3", "4"] {
                _ = try await trial.cluster.inside(
                    "gpu-\(name)", "echo 1 >/etc/count; chmod 644 /etc/count; mount /lustre")
            }
            let well = try await trial.fleet(["health"])
            #expect(well.status == 0, "\(well.out)\(well.err)")
            #expect(well.out.contains("VERDICT  GPU  MOUNT  PROBES"))
            let user = try await trial.asOperator("'\(trial.cluster.program)' health --format json")
            #expect(user.status == 0, "\(user.out.prefix(2000))\(user.err)")

            try await trial.cluster.script("break", "gpu-2", "lustre-unmounted")
            try await trial.cluster.script("break", "gpu-3", "gpu-missing")
            _ = try await trial.cluster.inside("gpu-3", "echo 10 >/etc/count")
            _ = try await trial.cluster.inside("gpu-4", "echo hang >/etc/count")
            let sick = try await trial.document(["health"])
            #expect(sick.run.probe == "health")
            #expect(sick.summary == RunDocument.Summary(ok: 1, unknown: 1, fail: 2))
            let codes = sick["gpu-3"]?.findings.map(\.code) ?? []
            #expect(codes.contains("gpu.count") && codes.contains("check.count.count"), "\(codes)")
            #expect(sick["gpu-4"]?.findings.map(\.code) == ["run.timed_out"])
            #expect(sick["gpu-2"]?.findings.first?.code == "mount.not_mounted")

            let table = try await trial.fleet(["health", "--only", "count"])
            #expect(table.status == 1 && table.out.contains("left out by --only"), "\(table.out)")
            let next = try await trial.fleet(["health"])
            #expect(next.err.contains("fleet drain --from"), "\(next.err)")
            #expect(next.err.contains("fleet mount-lustre -n gpu-2"))
            // What is kept shows the same table.
            #expect(try await trial.fleet(["show", "last"]).out == next.out)

            // The parts' own commands take back what was found, and nothing else.
            try await trial.cluster.script("heal", "gpu-2")
            #expect(try await trial.fleet(["check-mount", "-n", "gpu-2"]).status == 0)
            let changes = try await trial.fleet(["history", "--changes", "--format", "json"])
            #expect(
                changes.out.contains("\"check\" : \"gpu-check\"")
                    || changes.out.contains("\"check\": \"gpu-check\""),
                "\(changes.out.prefix(3000))")
        }
    }

    @Test("--changed-only is silent where nothing changed, and tells what is new, worse and fixed")
    func changes() async throws {
        try await Trial.with(["--nodes", "3"]) { trial in
            for name in ["1", "2", "3"] {
                _ = try await trial.cluster.inside("gpu-\(name)", "mount /lustre")
            }
            let words = ["health", "--changed-only", "--quiet", "--asleep", "ok"]
            func night() async throws -> Ran { try await trial.fleet(words) }
            let first = try await night()
            #expect(first.status == 0 && first.out.isEmpty && first.err.isEmpty, "\(first)")
            try await trial.cluster.script("break", "gpu-2", "gpu-missing")
            let found = try await night()
            #expect(found.status == 1 && found.out.contains("new") && found.err.isEmpty, "\(found)")
            // A look by hand takes no news away, and the same again is none.
            #expect(try await trial.fleet(["health"]).status == 1)
            let again = try await night()
            #expect(again.status == 0 && again.out.isEmpty && again.err.isEmpty, "\(again)")
            try await trial.cluster.script("heal", "gpu-2")
            #expect(try await trial.fleet(["health"]).status == 0)
            let fixed = try await night()
            #expect(fixed.status == 1 && fixed.out.contains("fixed"), "\(fixed)")
        }
    }

    @Test(
        "As HealthCheckProgram a sick node drains itself, is not resumed by itself, and keeps others' reasons"
    )
    func local() async throws {
        let base =
            ProcessInfo.processInfo.environment["FLEET_DEMO_DIR"] ?? "/var/tmp/fleet-demo"
        let folder = "\(base)/home/root/check-\(UInt32.random(in: 0...UInt32.max))"
        try await Trial.with([
            "--nodes", "4", "--conf", "HealthCheckProgram=\(folder)/check", "--conf",
            "HealthCheckInterval=10", "--conf", "HealthCheckNodeState=ANY",
        ]) { trial in
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try FileManager.default.copyItem(
                atPath: trial.cluster.program, toPath: "\(folder)/fleet")
            for name in ["1", "2", "3", "4"] {
                _ = try await trial.cluster.inside("gpu-\(name)", "mount /lustre")
            }
            try await trial.cluster.slurm(
                "scontrol", "update", "NodeName=gpu-4", "State=DRAIN", "Reason=rack moves")
            try await trial.cluster.script("break", "gpu-3", "gpu-missing")
            try await trial.cluster.script("break", "gpu-4", "gpu-missing")
            let program = try trial.write(
                """
                #!/bin/sh
                FLEET_PROGRAM=\(folder)/fleet FLEET_MAX=3 SLURM_CONF=\(trial.cluster.slurmConf)
                export FLEET_PROGRAM FLEET_MAX SLURM_CONF
                exec \(Place.repository)/examples/health-check/fleet-health-check >/tmp/check.out 2>&1

                """, to: "check", in: folder)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: program)
            func reason(_ node: String) async throws -> String {
                try await trial.cluster.slurm(
                    "sinfo", "-h", "-n", node, "-N", "-p", "compute-gpu", "-o", "%T %E"
                ).out
            }
            let isDrained = try await trial.cluster.eventually(within: 60) {
                try await reason("gpu-3").hasPrefix("drained fleet: ")
            }
            let said = try await trial.cluster.inside("gpu-3", "cat /tmp/check.out").out
            let words = try await reason("gpu-3")
            #expect(isDrained, "\(words) \(said)")
            #expect(try await reason("gpu-1").hasPrefix("idle"))
            #expect(try await reason("gpu-4").contains("rack moves"))
            try await trial.cluster.script("heal", "gpu-3")
            let isWell = try await trial.cluster.eventually(within: 40) {
                try await trial.cluster.inside("gpu-3", "cat /tmp/check.out").out.contains("  ok")
            }
            #expect(isWell)
            #expect(try await reason("gpu-3").hasPrefix("drained fleet: "))
        }
    }
}
