import Testing

/// `fleet mount-lustre` and `fleet check-mount`: real apt, dpkg, fstab and mount(8); only the kernel's side of
/// Lustre is a stand-in.
@Suite(
    "Lustre on a cluster", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct MountTests {
    @Test(
        "After a kernel update: found, repaired, and left alone the second time",
        arguments: [nil, "operator"])
    func repair(user: String?) async throws {
        try await DemoCluster.with { cluster in
            try await cluster.script("break", "gpu-3", "lustre-module")
            let before = try await cluster.fleet("check-mount", "--format", "json", user: user)
            #expect(before.status == 1)
            let sick = try before.decoded(RunDocument.self)
            #expect(sick.summary == RunDocument.Summary(ok: 3, fail: 1))
            #expect(sick["gpu-3"]?.findings.first?.code == "mount.no_module")

            let repair = try await cluster.fleet("mount-lustre", "--format", "json", user: user)
            #expect(repair.status == 0, "\(repair.out)")
            let repaired = try #require(try repair.decoded(RunDocument.self)["gpu-3"])
            #expect(
                repaired.findings.map(\.code) == [
                    "mount.step.module-package", "mount.step.module-load", "mount.step.mount",
                ])
            let again = try await cluster.fleet("mount-lustre", "--format", "json", user: user)
            #expect(again.status == 0)
            #expect(try again.decoded(RunDocument.self).nodes.allSatisfy { $0.findings.isEmpty })
            let after = try await cluster.fleet("check-mount", "--format", "json", user: user)
            #expect(try after.decoded(RunDocument.self).summary == RunDocument.Summary(ok: 4))
            let entry = try await cluster.inside("gpu-3", "grep ' /lustre ' /proc/self/mountinfo")
            #expect(entry.out.contains("10.1.30.23@tcp:/czrc3amv"))
        }
    }

    struct Fault: Sendable {
        var node: String
        var scenario: String
        var code: String
        var text: String
    }

    @Test("Every failing step is named, with the tool's own message and a remedy")
    func failures() async throws {
        let faults = [
            Fault(
                node: "gpu-1", scenario: "lustre-no-package", code: "mount.step.module-package",
                text: "6.8.0-1039-aws"),
            Fault(
                node: "gpu-2", scenario: "lustre-unloadable", code: "mount.step.module-load",
                text: "Key was rejected by service"),
        ]
        try await DemoCluster.with { cluster in
            for fault in faults { try await cluster.script("break", fault.node, fault.scenario) }
            try await cluster.script("break", "gpu-3", "lustre-unmounted")
            try await cluster.script("set", "gpu-3", "mount", "noent")
            let ran = try await cluster.fleet("mount-lustre", "--format", "json")
            #expect(ran.status == 1)
            let document = try ran.decoded(RunDocument.self)
            for fault in faults + [
                Fault(
                    node: "gpu-3", scenario: "noent", code: "mount.step.mount",
                    text: "MGS specification")
            ] {
                let finding = try #require(document[fault.node]?.findings.first)
                #expect(finding.code == fault.code, "\(fault.scenario): \(finding.message)")
                #expect(
                    finding.message.contains(fault.text), "\(fault.scenario): \(finding.message)")
                #expect(finding.remedy != nil)
            }
            #expect(document["gpu-4"]?.verdict == "ok")
            for fault in faults { try await cluster.script("heal", fault.node) }
            try await cluster.script("heal", "gpu-3")
            let healed = try await cluster.fleet("mount-lustre", "--format", "json")
            #expect(try healed.decoded(RunDocument.self).summary == RunDocument.Summary(ok: 4))
        }
    }

    @Test(
        "A dead mount and a mount(8) that hangs end at their deadlines; the others do not wait for their rows"
    )
    func hanging() async throws {
        try await DemoCluster.with { cluster in
            try await cluster.script("break", "gpu-1", "lustre-dead")
            try await cluster.script("break", "gpu-2", "lustre-hang")
            let check = try await cluster.fleet("check-mount", "--format", "json")
            #expect(check.seconds < 25)
            let checked = try check.decoded(RunDocument.self)
            #expect(checked["gpu-1"]?.findings.first?.code == "mount.hung")
            #expect(checked["gpu-1"]?.findings.first?.message == "does not answer (10 s)")
            #expect(checked["gpu-2"]?.verdict == "fail")
            #expect(checked.summary == RunDocument.Summary(ok: 2, fail: 2))

            let mount = try await cluster.fleet(
                "mount-lustre", "-n", "gpu-2", "--timeout", "4", "--format", "json")
            #expect(mount.seconds < 20)
            let node = try #require(try mount.decoded(RunDocument.self)["gpu-2"])
            #expect(node.outcome == "timed_out")
            #expect(node.verdict == "unknown")
        }
    }

    @Test("Without sudo on the node, an ordinary user gets one finding that says so")
    func withoutSudo() async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            try await cluster.script("break", "gpu-1", "no-sudo")
            let mounted = try await cluster.fleet(
                "mount-lustre", "--format", "json", user: "operator")
            // Already mounted: no right is needed to see that.
            #expect(mounted.status == 0, "\(mounted.out)")
            _ = try await cluster.inside("gpu-1", "umount /lustre")
            let ran = try await cluster.fleet("mount-lustre", "--format", "json", user: "operator")
            let node = try #require(try ran.decoded(RunDocument.self)["gpu-1"])
            #expect(node.verdict == "fail")
            #expect(node.findings.map(\.code) == ["mount.step.rights"])
            #expect(node.findings.first?.remedy?.contains("sudo") == true)
        }
    }

    @Test("--include-head does the head node itself")
    func head() async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            _ = try await cluster.inside("head", "umount /lustre")
            func onHead(_ command: String) async throws -> Ran {
                try await cluster.inside(
                    "head", "SLURM_CONF=\(cluster.slurmConf) \(cluster.program) \(command)")
            }
            let check = try await onHead("check-mount --include-head --format json")
            #expect(check.status == 1, "\(check.err)")
            let checked = try check.decoded(RunDocument.self)
            #expect(checked.nodes.map(\.node) == ["head", "gpu-1", "gpu-2"])
            #expect(checked["head"]?.verdict == "fail")
            let repair = try await onHead("mount-lustre --include-head --format json")
            #expect(repair.status == 0, "\(repair.out)")
            let after = try await onHead("check-mount --include-head --format json")
            #expect(try after.decoded(RunDocument.self).summary == RunDocument.Summary(ok: 3))
        }
    }

    @Test(
        "A file system named by its DNS name is the one mounted by address; a name that does not resolve is unknown"
    )
    func names() async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            let rename =
                "sed -i 's/10.1.30.23@tcp:/fs-1.test@tcp:/; s| /lustre | /lustre/ |' /etc/fstab"
            let known = try await cluster.inside(
                "gpu-1", "echo '10.1.30.23 fs-1.test' >>/etc/hosts; \(rename)")
            #expect(known.status == 0)
            let unknown = try await cluster.inside("gpu-2", rename)
            #expect(unknown.status == 0)
            for command in ["check-mount", "mount-lustre"] {
                let ran = try await cluster.fleet(command, "--format", "json")
                let document = try ran.decoded(RunDocument.self)
                #expect(document["gpu-1"]?.verdict == "ok", "\(command)")
                #expect(document["gpu-2"]?.verdict == "unknown", "\(command)")
                #expect(
                    document["gpu-2"]?.findings.first?.code == "mount.source_unknown", "\(command)")
            }
        }
    }

    @Test(
        "A mount that ran out of time leaves nothing on the node, and the next repair is not held up"
    )
    func nothingHoldsTheLock() async throws {
        try await DemoCluster.with(["--nodes", "1"]) { cluster in
            try await cluster.script("break", "gpu-1", "lustre-hang")
            let late = try await cluster.fleet("mount-lustre", "--timeout", "3")
            #expect(late.status == 2)
            let left = try await cluster.inside("gpu-1", "pgrep -c -x mount || true")
            #expect(left.out == "0\n")
            try await cluster.script("set", "gpu-1", "mount", "ok")
            let repaired = try await cluster.fleet(
                "mount-lustre", "--timeout", "20", "--format", "json")
            #expect(repaired.status == 0, "\(repaired.out)")
        }
    }

    @Test("A package whose module file is gone is installed again")
    func reinstalled() async throws {
        try await DemoCluster.with(["--nodes", "1"]) { cluster in
            try await cluster.script("break", "gpu-1", "lustre-unmounted")
            let gone = try await cluster.inside(
                "gpu-1", "rm -r /lib/modules/$(uname -r)/updates && modprobe -r lustre; true")
            #expect(gone.status == 0)
            let ran = try await cluster.fleet("mount-lustre", "--format", "json")
            #expect(ran.status == 0, "\(ran.out)")
        }
    }
}
