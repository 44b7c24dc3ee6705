import Testing

/// What check-mount says of mounts in every state, one node each.
@Suite(
    "States of a mount, row by row", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct MountStateTests {
    @Test(
        "Each state has its word, its evidence and its remedy within seconds; nothing is mounted, asked or left by looking"
    )
    func rows() async throws {
        let states = Dictionary(
            uniqueKeysWithValues: MountState.all.enumerated().map { ("gpu-\($0 + 1)", $1) })
        let count = states.count + 4
        try await DemoCluster.with(["--nodes", "\(count)", "--gpus", "0"], alone: true) { cluster in
            try await cluster.scripts(states.map { [["break", $0, $1.scenario]] })
            try await cluster.beginCounting()
            let mounts = "grep ' /lustre ' /proc/self/mountinfo || echo none"
            let before = try await cluster.everywhere(mounts)

            let ran = try await cluster.fleet("check-mount", "--format", "json")
            // Two of them wait 10 s for an answer; the others do not wait for them.
            #expect(ran.seconds < 25)
            #expect(ran.status == 1)
            let document = try ran.decoded(RunDocument.self)
            let facts = try ran.decoded(MountDocument.self)
            for (node, state) in states { state.expect(in: document[node], facts[node]) }
            for index in states.count + 1...count {
                #expect(document["gpu-\(index)"]?.findings.isEmpty == true)
                #expect(facts["gpu-\(index)"]?.state == "ok")
            }

            #expect(try await cluster.everywhere(mounts) == before)
            let changes = try await cluster.changes()
            #expect(changes == [:])
            let leftovers = try await cluster.leftovers()
            #expect(leftovers == [:])
        }
    }

    @Test("A hanging mount has its row by the deadline: does not answer (10 s)")
    func hangingRow() async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            try await cluster.script("break", "gpu-1", "lustre-dead")
            let ran = try await cluster.fleet("check-mount")
            #expect(ran.seconds < 20)
            let lines = ran.out.split(separator: "\n")
            let row = try #require(lines.firstIndex { $0.hasPrefix("gpu-1 ") })
            #expect(lines[row].contains("fail"))
            #expect(lines[row...].contains { $0.contains("/lustre: does not answer (10 s)") })
        }
    }
}
