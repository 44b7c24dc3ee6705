import Testing

/// How nodes and partitions are loaded, where that is not as usual.
@Suite(
    "fleet status where slurmctld is not as usual",
    .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(40)))
struct StatusLoadTests {
    @Test("A slurmctld that is gone is told within 10 seconds, however long libslurm would try")
    func gone() async throws {
        try await DemoCluster.with(["--nodes", "1", "--light", "--conf", "MessageTimeout=60"]) {
            cluster in
            try await cluster.script("slurmctld", "stop")
            let ran = try await cluster.fleet("status", "--format", "json")
            #expect(ran.status == 3)
            #expect(ran.out.isEmpty)
            #expect(ran.err.contains("waiting for slurmctld"))
            #expect(ran.err.contains("cannot reach slurmctld"))
            #expect(ran.err.contains("(1800)"))
            // Half a second for a machine that does other things, too.
            #expect(ran.seconds < 10.5, "took \(ran.seconds) s")
        }
    }

    @Test("A node in 20 partitions, a hidden one among them, and a partition without nodes")
    func partitions() async throws {
        let lines =
            ["NodeName=many NodeAddr=127.0.0.1 Port=7 State=UNKNOWN"]
            + (1...20).map {
                "PartitionName=part\($0) Nodes=many\($0 % 2 == 0 ? ",gpu-1" : "")"
                    + ($0 == 20 ? " Hidden=YES" : "")
            } + ["PartitionName=none State=DOWN"]
        let options = ["--nodes", "1", "--light"] + lines.flatMap { ["--conf", $0] }
        try await DemoCluster.with(options) { cluster in
            let status = try await cluster.fleet("status", "--format", "json", user: "operator")
                .decoded(JSONDocument.self)
            let names = (1...20).map { JSONDocument.string("part\($0)") }
            let nodes = status["nodes"].elements
            let many = try #require(nodes.first { $0["name"].string == "many" })
            #expect(many["partitions"] == .array([.string("compute-gpu")] + names))
            let partitions = status["partitions"].elements
            let hidden = partitions.filter { $0["hidden"] == .bool(true) }
            #expect(hidden.compactMap { $0["name"].string } == ["part20"])
            let none = try #require(partitions.first { $0["name"].string == "none" })
            #expect(none["node_count"] == .number(0))
            #expect(none["state"] == .string("down"))
        }
    }
}
