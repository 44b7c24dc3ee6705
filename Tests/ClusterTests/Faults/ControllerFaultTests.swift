import FoundationEssentials
import Testing

/// slurmctld goes away, forgets, or says no in the middle of a run.
@Suite(
    "Faults of slurmctld", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct ControllerFaultTests {
    @Test(
        "slurmctld is stopped while the command runs: every row arrives", arguments: [true, false])
    func stopped(restarts: Bool) async throws {
        try await DemoCluster.with(["--nodes", "4", "--light"]) { cluster in
            defer { cluster.removeRuns() }
            async let running = cluster.fleet(
                "run", "--run-dir", cluster.runs, "--format", "json", "--", "sh", "-c",
                "echo begun; sleep 5; echo done")
            #expect(try await cluster.hasBegun(on: 4))
            try await cluster.script("slurmctld", "stop")
            if restarts {
                try await Task.sleep(for: .seconds(2))
                try await cluster.script("slurmctld", "start")
            }
            let ran = try await running
            #expect(ran.status == 0, "\(ran.err)")
            let document = try ran.decoded(RunDocument.self)
            #expect(document.summary == RunDocument.Summary(ok: 4))
            #expect(Set(document.nodes.map(\.stdout)) == ["begun\ndone\n"])
            if !restarts { try await cluster.script("slurmctld", "start") }
            #expect(try await cluster.jobsAreGone())
        }
    }

    @Test("slurmctld is not there at all: exit code 3 in words, within 20 s")
    func absent() async throws {
        try await DemoCluster.with(["--nodes", "1", "--light"]) { cluster in
            try await cluster.script("slurmctld", "stop")
            let ran = try await cluster.fleet("run", "--", "true")
            #expect(ran.status == 3)
            #expect(ran.seconds < 20)
            #expect(ran.err.contains("slurmctld"))
            #expect(ran.err.contains("scontrol ping"), "\(ran.err)")
            try await cluster.script("slurmctld", "start")
        }
    }

    @Test(
        "MaxJobCount is reached half-way: the rest waits for room, or is reported; none is forgotten"
    )
    func fullQueue() async throws {
        let options = [
            "--nodes", "12", "--light", "--conf", "MaxJobCount=6", "--conf", "MinJobAge=2",
        ]
        try await DemoCluster.with(options) { cluster in
            let ran = try await cluster.fleet("run", "--format", "json", "--", "hostname")
            let document = try ran.decoded(RunDocument.self)
            #expect(document.nodes.count == 12)
            #expect(Set(document.nodes.map(\.node)).count == 12)
            let finished = document.nodes.filter { $0.outcome == "finished" }
            #expect(finished.count >= 6)
            for node in document.nodes where node.outcome != "finished" {
                #expect(node.outcome == "launch_failed")
                // 26.05 has a number of its own for it.
                let reason = node.reason ?? ""
                #expect(reason.contains("(11)") || reason.contains("(2007)"), "\(reason)")
            }
            #expect(try await cluster.jobsAreGone())
        }
    }
}
