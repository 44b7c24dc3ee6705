import FoundationEssentials
import Testing

/// Two clusters with nodes of the same names that share a home, a folder for runs and the site's history.
@Suite(
    "two clusters in one home", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(10)))
struct TwoClustersTests {
    @Test("What one has is never the other's, and last is this cluster's, for root and for a user")
    func apart() async throws {
        try await Trial.with(["--nodes", "1"]) { trial in
            try await DemoCluster.nested(["--nodes", "1"]) { other in
                for caller in Caller.allCases { try await apart(trial, other, caller) }
            }
        }
    }

    private func apart(_ trial: Trial, _ other: DemoCluster, _ caller: Caller) async throws {
        let site = [
            "FLEET_HISTORY_SITE": "\(trial.local)/site/history.sqlite",
            "FLEET_RUN_DIR": "\(caller.folder(trial))/both-\(caller)-\(trial.cluster.name)",
        ]
        let there = site.merging(["SLURM_CONF": other.slurmConf]) { $1 }
        func here(_ words: String...) async throws -> Ran {
            try await caller.fleet(trial, words, environment: site)
        }
        func elsewhere(_ words: String...) async throws -> Ran {
            try await caller.fleet(trial, words, environment: there)
        }
        try await trial.cluster.script("break", "gpu-1", "gpu-lost")
        let sick = try await here("gpu-check", "--format", "json")
        #expect(sick.status == 1, "\(caller): \(sick.err)")
        let run = try sick.decoded(RunDocument.self).run.id
        // The other knows nothing of it.
        let none = try await elsewhere("history", "--changes")
        #expect(!none.out.contains("gpu-1"), "\(caller): \(none.out)")
        let last = try await elsewhere("drain", "--from", "last", "--dry-run")
        #expect(last.status == 64 && !last.out.contains("gpu-1"), "\(caller): \(last.out)")
        let named = try await elsewhere("drain", "--from", run, "--dry-run")
        #expect(named.status != 0 && named.err.contains("cluster"), "\(caller): \(named.err)")

        #expect(try await elsewhere("gpu-check").status == 0)
        #expect(try await elsewhere("status", "--exit-code").status == 0)
        #expect(try await here("status", "--exit-code").status == 1)
        // Its good run is newer, and takes nothing back here.
        #expect(try await here("history", "--changes").out.contains("gpu-1"))
        let plan = try await here("drain", "--from", "last", "--dry-run", "--max", "100%")
        #expect(plan.status == 0 && plan.out.contains("gpu-1"), "\(caller): \(plan.out)\(plan.err)")
        #expect(plan.err.contains(run), "\(plan.err)")
        let shown = try await here("show", "last", "--format", "json")
        #expect(try shown.decoded(RunDocument.self).run.id == run)
        // Forgetting is this cluster's alone, too.
        #expect(try await elsewhere("history", "forget", "--run", run, "--yes").status == 64)
        #expect(try await here("history", "forget", "--run", run, "--yes").status == 0)
        #expect(try await elsewhere("status", "--exit-code").status == 0)
        #expect(try await here("status", "--exit-code").status == 2, "not looked at is not well")
        try await trial.cluster.script("heal", "gpu-1")
    }
}
