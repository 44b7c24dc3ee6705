import FoundationEssentials
import Testing

/// Nodes whose clocks are wrong.
@Suite(
    "Clock skew", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(40)))
struct ClockSkewTests {
    @Test(
        "A node whose clock is two hours ahead, and one whose uptime stands still: rows are there and true"
    )
    func skewed() async throws {
        try await DemoCluster.with(["--nodes", "3"]) { cluster in
            // Only a duration can be wrong, where the node's own clock stands still.
            let still =
                "echo 12345678.90 1.00 >/run/uptime && mount --bind /run/uptime /proc/uptime"
            #expect(try await cluster.inside("gpu-2", still).status == 0)
            try await cluster.script("slurmd", "gpu-3", "stop")
            // slurmd and its stepd see another time; munged, which judges credentials, does not.
            let start = """
                library=$(echo /usr/lib/*/faketime/libfaketime.so.1)
                LD_PRELOAD=$library FAKETIME=+2h setsid /usr/sbin/slurmd -D -N gpu-3 >/dev/null 2>&1 </dev/null &
                """
            #expect(try await cluster.inside("gpu-3", start).status == 0)
            let ran = try await cluster.fleet(
                "run", "--via", "job", "--timeout", "20", "--format", "json", "--", "date", "+%s")
            let document = try ran.decoded(RunDocument.self)
            #expect(document.nodes.map(\.node) == ["gpu-1", "gpu-2", "gpu-3"])
            #expect(document["gpu-1"]?.verdict == "ok")
            let frozen = try #require(document["gpu-2"])
            #expect(frozen.verdict == "ok")
            #expect(frozen.duration_seconds == 0)
            let ahead = try #require(document["gpu-3"])
            // Slurm may refuse a credential that is too old by the node's clock; then the row says that nothing ran.
            if ahead.outcome == "finished" {
                let here = Int(Date().timeIntervalSince1970)
                let there = Int((ahead.stdout ?? "").filter(\.isNumber)) ?? 0
                #expect(abs(there - here) < 3 * 3600)
            } else {
                #expect(["launch_failed", "node_failed", "not_run"].contains(ahead.outcome))
                #expect(ahead.stdout?.isEmpty ?? true)
            }
            #expect(try await cluster.jobsAreGone(within: 40))
        }
    }
}
