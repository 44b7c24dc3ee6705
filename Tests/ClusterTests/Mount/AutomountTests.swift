import Testing

/// ParallelCluster's fstab line arms a trigger: the kernel's own, which answers "No such device", or never.
@Suite(
    "Lustre behind an automount trigger", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .enabled(
        if: KernelFeature.hasAutofs,
        "needs the kernel's autofs: /dev/autofs is not there, as in most containers"),
    .timeLimit(.minutes(40)))
struct AutomountTests {
    @Test("A trigger is not a mount, and is not touched; the repair mounts over it")
    func triggers() async throws {
        let states = Dictionary(
            uniqueKeysWithValues: MountState.automounts.enumerated().map { ("gpu-\($0 + 1)", $1) })
        let repairs = Dictionary(
            uniqueKeysWithValues: states.map { node, state in
                (node, MountRepair.automounts.first { $0.scenario == state.scenario })
            })
        try await DemoCluster.with(["--nodes", "\(states.count + 1)"]) { cluster in
            try await cluster.scripts(states.map { [["break", $0, $1.scenario]] })
            for node in states.keys {
                let naive = try await cluster.inside(node, "mountpoint -q /lustre")
                #expect(naive.status == 0, "\(node): the trap is not set")
            }
            let mounts = "grep ' /lustre ' /proc/self/mountinfo || echo none"
            let before = try await cluster.everywhere(mounts)
            let check = try await cluster.fleet("check-mount", "--format", "json")
            #expect(check.seconds < 20)
            let document = try check.decoded(RunDocument.self)
            let facts = try check.decoded(MountDocument.self)
            for (node, state) in states { state.expect(in: document[node], facts[node]) }
            #expect(try await cluster.everywhere(mounts) == before)

            let repair = try await cluster.fleet("mount-lustre", "--format", "json")
            #expect(repair.seconds < 30)
            let repaired = try repair.decoded(RunDocument.self)
            for (node, repair) in repairs {
                try #require(repair).expect(in: repaired[node])
            }
            let after = try await cluster.fleet("check-mount", "--format", "json")
            #expect(
                try after.decoded(RunDocument.self).summary
                    == RunDocument.Summary(ok: states.count + 1))
            let leftovers = try await cluster.leftovers()
            #expect(leftovers == [:])
        }
    }
}
