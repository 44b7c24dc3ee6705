import Testing

/// Every known failure at once, one node each.
@Suite(
    "Failures of Lustre, row by row", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct MountFailureTests {
    @Test(
        "Each failure has a row with the tool's words, the cause and a remedy; without the cause, the same command repairs it; a third run writes nothing"
    )
    func rows() async throws {
        let faults = Dictionary(
            uniqueKeysWithValues: MountFault.all.enumerated().map { ("gpu-\($0 + 1)", $1) })
        let repairs = Dictionary(
            uniqueKeysWithValues: MountRepair.all.enumerated().map {
                ("gpu-\($0 + 1 + MountFault.all.count)", $1)
            })
        let count = faults.count + repairs.count + 1
        try await DemoCluster.with(["--nodes", "\(count)", "--gpus", "0"], alone: true) { cluster in
            // The locks of a scenario are held from its beginning on: last.
            try await cluster.makeSick(faults)
            try await cluster.scripts(repairs.map { [["break", $0, $1.scenario]] })

            let first = try await cluster.fleet(
                "mount-lustre", "--jitter", "0", "--format", "json")
            #expect(first.status == 1)
            let document = try first.decoded(RunDocument.self)
            #expect(
                document.summary
                    == RunDocument.Summary(ok: repairs.count + 1, fail: faults.count))
            for (node, fault) in faults { fault.expect(in: document[node]) }
            for (node, repair) in repairs { repair.expect(in: document[node]) }
            #expect(document["gpu-\(count)"]?.findings.isEmpty == true)

            try await cluster.mend(faults.keys)
            let second = try await cluster.fleet(
                "mount-lustre", "--jitter", "0", "--format", "json")
            let healed = try second.decoded(RunDocument.self)
            for node in healed.nodes where node.verdict != "ok" {
                Issue.record("\(faults[node.node]?.description ?? ""): \(node.findings)")
            }
            #expect(healed.summary == RunDocument.Summary(ok: count))

            try await cluster.beginCounting()
            let third = try await cluster.fleet("mount-lustre", "--format", "json")
            let still = try third.decoded(RunDocument.self)
            #expect(still.summary == RunDocument.Summary(ok: count))
            #expect(still.nodes.allSatisfy { $0.findings.isEmpty })
            let changes = try await cluster.changes()
            #expect(changes == [:])
            let leftovers = try await cluster.leftovers()
            #expect(leftovers == [:])
        }
    }
}
