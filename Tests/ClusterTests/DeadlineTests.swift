import Testing

/// After a limit nothing of the payload's process group is left on its node.
@Suite(
    "Deadlines", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(40)))
struct DeadlineTests {
    @Test("One that ignores TERM, one with children that do, one that left some behind")
    func nothingIsLeft() async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            let late = [
                "trap '' TERM; echo begun; while :; do sleep 1; done",
                "trap '' TERM; (trap '' TERM; (trap '' TERM; sleep 301) & sleep 302) & echo begun; sleep 303",
                "sleep 304 & sleep 305 & echo begun; wait",
            ]
            let left = ["(trap '' TERM; sleep 306) & sleep 307 & echo begun; exit 5"]
            @Sendable func run(_ via: String, _ node: String, _ line: String) async throws
                -> RunDocument.Node
            {
                let document = try await trial.document(
                    ["run", "--via", via, "-n", node, "--timeout", "2s", "--", "sh", "-c", line])
                return try #require(document.nodes.first)
            }
            try await withThrowingTaskGroup { group in
                for (via, node) in [("job", "gpu-1"), ("direct", "gpu-2")] {
                    for line in late {
                        group.addTask {
                            let row = try await run(via, node, line)
                            #expect(row.outcome == "timed_out", "\(via): \(line): \(row)")
                            #expect(row.reason == "still running after 2 s (--timeout)")
                            #expect(row.reason_code == "timeout")
                            #expect(row.verdict == "fail")
                            #expect(row.stdout == "begun\n")
                            #expect((2..<10).contains(row.duration_seconds ?? 0), "\(row)")
                        }
                    }
                    for line in left {
                        group.addTask {
                            let row = try await run(via, node, line)
                            #expect(row.outcome == "finished", "\(via): \(line): \(row)")
                            #expect(row.exit_code == 5)
                            #expect(row.stdout == "begun\n")
                        }
                    }
                }
                try await group.waitForAll()
            }
            for node in ["gpu-1", "gpu-2"] {
                let processes = try await trial.cluster.inside(node, "pgrep -a -x sleep; true")
                #expect(processes.out == "", "\(node): \(processes.out)")
            }
            #expect(try await trial.cluster.jobsAreGone())
        }
    }
}
