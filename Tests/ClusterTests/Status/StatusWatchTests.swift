import Testing

/// `fleet status --watch` against a real slurmctld that restarts and freezes.
@Suite(
    "fleet status --watch on a cluster", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct StatusWatchTests {
    @Test("Without a terminal: a line a change, and what becomes of slurmctld")
    func lines() async throws {
        try await DemoCluster.with(["--nodes", "4"]) { cluster in
            let fleet = try await cluster.start("status", "--watch", "1")
            #expect(try await cluster.eventually { fleet.out.contains("4 nodes: 4 idle") })
            try await cluster.slurm(
                "scontrol", "update", "nodename=gpu-[1-2]", "state=drain", "reason=bad\u{1b}[2J")
            #expect(
                try await cluster.eventually {
                    fleet.out.contains("gpu-[1-2]: state idle -> idle+drain: bad\\x1b[2J (by root ")
                })
            try await cluster.script("slurmctld", "stop")
            #expect(
                try await cluster.eventually {
                    fleet.out.contains("controller slurmctld: does not answer: stale since ")
                })
            try await cluster.script("slurmctld", "start")
            #expect(
                try await cluster.eventually {
                    fleet.out.contains("controller slurmctld: answers again")
                })
            try await fleet.signal("INT")
            #expect(try await fleet.status(within: 5) == 130)
            #expect(!fleet.out.contains("\u{1b}"))
        }
    }

    /// script(1) gives fleet a terminal of its own, and keeps what it is sent.
    @Test("On a terminal: taken, painted while slurmctld is frozen, and given back on TERM")
    func terminal() async throws {
        try await DemoCluster.with(["--nodes", "4"]) { cluster in
            let fleet = try await cluster.startOnTerminal("status", "--watch", "1")
            #expect(
                try await cluster.eventually {
                    fleet.out.contains("\u{1b}[?1049h") && fleet.out.contains("4 nodes: 4 idle")
                })
            let pid = try await cluster.script("pid", "slurmctld").out.filter(\.isNumber)
            _ = try await Ran.run("/bin/kill", ["-STOP", pid])
            let isStale = try await cluster.eventually {
                fleet.out.contains("stale since ")
            }
            #expect(isStale)
            // Nothing waits for the answer that does not come.
            try await fleet.signal("TERM")
            let status = try await fleet.status(within: 5)
            _ = try await Ran.run("/bin/kill", ["-CONT", pid])
            #expect(status == 130)
            #expect(fleet.out.contains("\u{1b}[?25h\u{1b}[?1049l"))
        }
    }
}
