import Testing

/// A file system that lets nobody write: who tries is in state D, and no signal ends it.
@Suite(
    "A frozen mount", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .enabled(
        if: KernelFeature.hasLoopDevices,
        "needs loop devices: /dev/loop-control is not there, as in most containers"),
    .timeLimit(.minutes(40)))
struct FrozenMountTests {
    @Test(
        "check-mount --canary comes back, its row says what did not, the node stays in service, and nothing is left once it thaws"
    )
    func canary() async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            try await cluster.script("break", "gpu-1", "lustre-frozen")
            // Looking is possible on a frozen file system.
            let look = try await cluster.fleet("check-mount", "--format", "json")
            #expect(try look.decoded(RunDocument.self).summary == RunDocument.Summary(ok: 2))

            let ran = try await cluster.fleet("check-mount", "--canary", "--format", "json")
            #expect(ran.seconds < 25)
            let document = try ran.decoded(RunDocument.self)
            #expect(document["gpu-2"]?.verdict == "ok", "\(document["gpu-2"]?.findings ?? [])")
            let finding = try #require(document["gpu-1"]?.findings.first)
            #expect(document["gpu-1"]?.verdict == "fail")
            #expect(finding.code == "mount.hung")
            #expect(finding.message.hasPrefix("does not answer (10 s): writing a file"))
            #expect(try ran.decoded(MountDocument.self)["gpu-1"]?.state == "hung")

            // The test of the test: a process that KILL did not end is there.
            #expect(try await stuck(cluster) >= 1)
            #expect(try await cluster.jobsAreGone())
            let state = try await cluster.slurm("sinfo", "-h", "-n", "gpu-1", "-o", "%T").out
            #expect(state.split(separator: "\n").allSatisfy { $0 == "idle" }, "\(state)")
            // The next look is not held up by what the last one left.
            let again = try await cluster.fleet("check-mount", "--format", "json")
            #expect(again.seconds < 25)

            try await cluster.script("heal", "gpu-1")
            let isFree = try await cluster.eventually { try await stuck(cluster) == 0 }
            #expect(isFree)
            let healed = try await cluster.fleet("check-mount", "--canary", "--format", "json")
            #expect(try healed.decoded(RunDocument.self).summary == RunDocument.Summary(ok: 2))
            let leftovers = try await cluster.leftovers()
            #expect(leftovers == [:])
            let files = try await cluster.everywhere("ls -A /lustre | grep canary || true")
            #expect(files == [:])
        }
    }

    /// How many processes of the node are in state D.
    private func stuck(_ cluster: DemoCluster) async throws -> Int {
        let ran = try await cluster.inside(
            "gpu-1", "grep -h '^State:.D' /proc/[0-9]*/status | wc -l")
        return Int(ran.out.filter(\.isNumber)) ?? 0
    }
}
