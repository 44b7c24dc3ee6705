import FoundationEssentials
import Testing

/// Changes go out in waves, stop after failures, and are asked for.
@Suite("Waves", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(40)))
struct WaveTests {
    @Test("A wave begins after the rows of the one before; --stop-after leaves the rest alone")
    func waves() async throws {
        try await Trial.with { trial in
            for via in ["job", "direct"] {
                let document = try await trial.document(
                    [
                        "run", "--via", via, "--batch", "1,50%", "--shell",
                        "read b r </proc/uptime; sleep 0.5; read e r </proc/uptime; echo $b $e",
                    ])
                #expect(document.summary == RunDocument.Summary(ok: 4))
                let spans = document.nodes.map { node in
                    node.stdout?.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
                        ?? []
                }
                try #require(spans.allSatisfy { $0.count == 2 }, "\(document.nodes)")
                // Waves of one, two, one.
                #expect(spans[1][0] > spans[0][1] && spans[2][0] > spans[0][1], "\(via): \(spans)")
                #expect(spans[3][0] > spans[1][1] && spans[3][0] > spans[2][1], "\(via): \(spans)")
            }

            let stopped = try await trial.fleet(
                [
                    "run", "--batch", "1", "--stop-after", "1", "--format", "json", "--shell",
                    "[ \"$(hostname)\" != gpu-2 ]",
                ])
            #expect(stopped.status == 1)
            let rows = try stopped.decoded(RunDocument.self).nodes
            #expect(rows.map(\.outcome) == ["finished", "finished", "not_run", "not_run"])
            #expect(rows.map(\.reason_code) == [nil, nil, "stopped", "stopped"])
            #expect(rows[2].reason?.contains("(--stop-after 1)") == true)
            #expect(rows[2].remedy?.contains("--failed-from last") == true)
            #expect(rows[2].attempts == 0)
            let open = try await trial.fleet(["nodes", "--failed-from", "last"])
            #expect(open.out == "gpu-[2-4]\n")

            // Alone it makes a canary of the first node; and nodes that were not run are no failures.
            try await trial.cluster.slurm(
                "scontrol", "update", "nodename=gpu-1", "state=drain", "reason=x")
            let canary = try await trial.document(["run", "--stop-after", "1", "--", "false"])
            #expect(canary.nodes.map(\.reason_code) == ["state", nil, "stopped", "stopped"])
        }
    }

    @Test("--confirm asks on a terminal, with the number of nodes, and refuses without one")
    func confirmation() async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            let unasked = try await trial.fleet(["run", "--confirm", "--", "true"])
            #expect(unasked.status == 64)
            #expect(unasked.err.contains("no terminal to ask on"))
            func answered(_ answer: String) async throws -> Ran {
                try await trial.shell(
                    "printf '%s\\n' \"$1\" | script -qec '\(trial.cluster.program) run --confirm -- hostname' /dev/null",
                    [answer])
            }
            let refused = try await answered("n")
            #expect(refused.status == 130, "\(refused.out)")
            #expect(
                refused.out.contains("fleet: run hostname on 2 nodes (gpu-[1-2])? [y/N]"),
                "\(refused.out)")
            #expect(refused.out.contains("nothing was sent"), "\(refused.out)")
            #expect(try await answered("").status == 130)
            #expect(!FileManager.default.fileExists(atPath: trial.runs))
            let given = try await answered("y")
            #expect(given.status == 0, "\(given.out)")
            #expect(given.out.contains("2 nodes: 2 ok"), "\(given.out)")
            let yes = try await trial.fleet(["run", "--confirm", "--yes", "--", "true"])
            #expect(yes.status == 0)
        }
    }
}
