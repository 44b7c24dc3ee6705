import FoundationEssentials
import Testing

/// One truth for root and operator: what was looked at, by whom, and what is done about it.
@Suite(
    "shared history", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct SharedHistoryTests {
    /// What the tests read of `fleet.status/1`.
    private struct Status: Decodable {
        struct Attention: Decodable {
            var code: String
            var what: String
            var nodes: [String]
            var remedies: [String]
        }
        struct Coverage: Decodable {
            var fresh: Int
            var unchecked: [String]
            var users: [String]
        }
        struct Verdict: Decodable {
            var node: String
            var check: String
            var verdict: String
            var user: String?
        }
        var attention: [Attention]
        var coverage: Coverage?
        var verdicts: [Verdict]
    }

    private struct Site {
        let trial: Trial
        var site: String { "\(trial.local)/site/history.sqlite" }

        func root(
            _ words: String..., environment: [String: String] = [:]
        ) async throws -> Ran {
            try await trial.fleet(
                words, environment: ["FLEET_HISTORY_SITE": site].merging(environment) { $1 })
        }

        func user(_ line: String) async throws -> Ran {
            try await trial.asOperator(
                "FLEET_HISTORY_SITE='\(site)' '\(trial.cluster.program)' \(line)")
        }

        func status() async throws -> (Status, Int32) {
            let ran = try await user("status --format json --exit-code")
            return (try ran.decoded(Status.self), ran.status)
        }
    }

    @Test("What root finds the operator sees; what was not looked at is neither well nor healed")
    func oneTruth() async throws {
        try await Trial.with(["--nodes", "3"]) { trial in
            let place = Site(trial: trial)
            // Nobody looked: that is not nothing.
            let before = try await place.status()
            #expect(before.1 == 2 && before.0.coverage?.unchecked.count == 3)
            let words = try await place.user("status")
            #expect(words.out.contains("not checked: 3 nodes -> fleet health"), "\(words.out)")
            #expect(!words.out.contains("Nothing needs attention"))

            try await trial.cluster.script("break", "gpu-2", "gpu-lost")
            #expect(try await place.root("gpu-check").status == 1)
            let found = try await place.status()
            #expect(found.1 == 1 && found.0.coverage?.users == ["root"])
            let check = try #require(found.0.attention.first { $0.code == "status.check" })
            #expect(check.nodes == ["gpu-2"])
            #expect(check.remedies.contains { $0.contains("it still takes jobs; drain it") })

            // A narrow look heals nothing, whoever takes it, nor does a rehearsal.
            try await trial.cluster.script("heal", "gpu-2")
            let narrow = try await place.root("gpu-check", "--only", "gpu.xid")
            #expect(narrow.status == 0 && narrow.err.contains("left out by --only gpu.xid"))
            #expect(try await place.user("gpu-check --only gpu.xid").status == 0)
            #expect(try await place.root("gpu-check", "--dry-run").status == 0)
            #expect(try await place.status().1 == 1)

            // Root through sudo takes the operator's run, and says whose it is; who is well since is left alone.
            let sudo = [
                "SUDO_USER": "operator", "SUDO_UID": try await id("-u"),
                "SUDO_GID": try await id("-g"),
                "FLEET_RUN_DIR": "\(trial.cluster.home)/{user}/\(trial.cluster.name)",
            ]
            try await trial.cluster.script("break", "gpu-3", "gpu-lost")
            #expect(try await place.user("gpu-check").status == 1)
            let plan = try await place.root(
                "drain", "--from", "last", "--dry-run", environment: sudo)
            #expect(plan.err.contains("gpu-check by operator"), "\(plan.err)")
            #expect(plan.out.contains("gpu-3") && !plan.out.contains("gpu-2"), "\(plan.out)")
            try await Task.sleep(for: .seconds(2))
            let old = try await place.root(
                "drain", "--from", "last", "--dry-run", "--max-age", "1s", environment: sudo)
            #expect(old.status == 64 && old.err.contains("--max-age"), "\(old.err)")
            _ = try await place.user("run -- false")
            let plain = try await place.root(
                "drain", "--from", "last", "--dry-run", environment: sudo)
            #expect(plain.status == 64 && plain.err.contains("--reason"), "\(plain.err)")

            try await trial.cluster.script("heal", "gpu-3")
            #expect(try await place.root("gpu-check").status == 0)
            let (well, code) = try await place.status()
            #expect(code == 0 && !well.attention.contains { $0.code == "status.check" })
            #expect(well.coverage?.fresh == 3)
        }
    }

    @Test("A node comes back only when every check that had failed passes")
    func recheck() async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            let place = Site(trial: trial)
            try await trial.cluster.script("break", "gpu-2", "gpu-lost")
            #expect(try await trial.cluster.inside("gpu-2", "umount /lustre").status == 0)
            #expect(try await place.root("gpu-check").status == 1)
            #expect(try await place.root("check-mount").status == 1)
            #expect(
                try await place.root("drain", "gpu-2", "--reason", "sick", "--yes").status == 0)
            for (mend, expected) in [
                ("true", ["gpu-check", "check-mount", "left alone"]),
                ("mount /lustre", ["gpu-check", "left alone"]),
            ] {
                _ = try await trial.cluster.inside("gpu-2", mend)
                let kept = try await place.root("resume", "gpu-2", "--recheck", "--yes")
                #expect(kept.status == 2, "\(kept.out)")
                for word in expected { #expect(kept.out.contains(word), "\(kept.out)") }
            }
            let nope = try await place.root("resume", "gpu-2", "--recheck=nope", "--yes")
            #expect(nope.status == 64 && nope.err.contains("nope"), "\(nope.err)")
            try await trial.cluster.script("heal", "gpu-2")
            let back = try await place.root("resume", "gpu-2", "--recheck", "--yes")
            #expect(back.status == 0, "\(back.out) \(back.err)")

            // A trial that was a mistake.
            let runs = try await place.user("history --format csv --check gpu-check")
            let first = try #require(runs.out.split(whereSeparator: \.isNewline).dropFirst().first)
            let run = String(first.prefix { $0 != "," })
            #expect(try await place.user("history forget --yes --run \(run)").status == 64)
            let forgot = try await place.root("history", "forget", "--yes", "--run", run)
            #expect(forgot.status == 0 && forgot.err.contains("1 run whole"), "\(forgot.err)")
        }
    }

    /// What every point of acting on a run says to root and to a user: which run, how old, and what is well since.
    private func from(_ trial: Trial, _ caller: Caller) async throws {
        let site = ["FLEET_HISTORY_SITE": "\(trial.local)/site/history.sqlite"]
        func fleet(_ words: String...) async throws -> Ran {
            try await caller.fleet(trial, words, environment: site)
        }
        #expect(try await fleet("status", "--exit-code").status == 0, "\(caller)")
        try await trial.cluster.script("break", "gpu-2", "gpu-lost")
        let sick = try await fleet("health", "--format", "json")
        #expect(sick.status == 1, "\(caller): \(sick.err)")
        let run = try sick.decoded(RunDocument.self).run.id
        #expect(try await fleet("status", "--exit-code").status == 1, "\(caller)")
        let plan = try await fleet("drain", "--from", run, "--dry-run", "--max", "100%")
        #expect(plan.status == 0 && plan.out.contains("gpu-2"), "\(caller): \(plan.err)")
        #expect(plan.err.contains("run \(run): health by \(caller)"), "\(plan.err)")
        try await Task.sleep(for: .seconds(2))
        let old = try await fleet("drain", "--from", run, "--dry-run", "--max-age", "1s")
        #expect(old.status == 64 && old.err.contains("--max-age"), "\(old.err)")
        let forced = try await fleet(
            "drain", "--from", run, "--dry-run", "--max-age", "1s", "--force", "--max", "100%")
        #expect(forced.status == 0 && forced.out.contains("gpu-2"), "\(caller): \(forced.err)")

        // A newer sweep found it well: only --force drains it.
        try await trial.cluster.script("heal", "gpu-2")
        #expect(try await fleet("health").status == 0, "\(caller)")
        let since = try await fleet("drain", "--from", run, "--dry-run", "--max", "100%")
        #expect(since.out.contains("it is well since"), "\(caller): \(since.out)")
        let all = try await fleet("drain", "--from", run, "--dry-run", "--force", "--max", "100%")
        #expect(!all.out.contains("it is well since"), "\(caller): \(all.out)")

        // What comes and goes is told, sick or well at the moment.
        try await trial.cluster.script("break", "gpu-2", "gpu-lost")
        #expect(try await fleet("health").status == 1, "\(caller)")
        let again = try await fleet("node", "gpu-2")
        #expect(again.out.contains(#/failed 2 of the last \d/#), "\(caller): \(again.out)")
        try await trial.cluster.script("heal", "gpu-2")
        #expect(try await fleet("health").status == 0, "\(caller)")
        let comes = try await fleet("status")
        #expect(
            comes.out.contains(#/comes and goes: failed 2 of the last \d/#),
            "\(caller): \(comes.out)")

        // Each forgets what is his own.
        let forgot = try await fleet("history", "forget", "--run", run, "--yes")
        #expect(forgot.status == 0 && forgot.err.contains("1 run whole"), "\(forgot.err)")
        let node = try await fleet("history", "forget", "--node", "gpu-2", "--yes")
        #expect(node.status == 0, "\(caller): \(node.err)")
        let check = try await fleet("history", "forget", "--check", "gpu-check", "--yes")
        #expect(check.status == 0, "\(caller): \(check.err)")
    }

    @Test("A run is acted on while it is true, by root and by a user, and each forgets his own")
    func acting() async throws {
        try await Trial.with(["--nodes", "3"]) { trial in
            for name in ["1", "2", "3"] {
                _ = try await trial.cluster.inside("gpu-\(name)", "mount /lustre")
            }
            for caller in Caller.allCases {
                // So that a check of this user's own is the newest.
                let well = try await caller.fleet(
                    trial, ["health"],
                    environment: ["FLEET_HISTORY_SITE": "\(trial.local)/site/history.sqlite"])
                #expect(well.status == 0, "\(caller): \(well.out)")
                try await from(trial, caller)
            }
            // A user may not resume: told before anything is checked.
            let site = "FLEET_HISTORY_SITE='\(trial.local)/site/history.sqlite'"
            let drained = try await trial.fleet(
                ["drain", "gpu-1", "--reason", "x", "--max", "100%", "--yes"])
            #expect(drained.status == 0, "\(drained.err)")
            let before = try await trial.asOperator(
                "'\(trial.cluster.program)' runs --format json")
            let refused = try await trial.asOperator(
                "\(site) '\(trial.cluster.program)' resume gpu-1 --recheck --yes")
            #expect(refused.status == 3 && refused.err.contains("(2010)"), "\(refused.err)")
            let after = try await trial.asOperator("'\(trial.cluster.program)' runs --format json")
            #expect(before.out == after.out, "nothing was run")
            let plan = try await trial.asOperator(
                "\(site) '\(trial.cluster.program)' resume gpu-1 --recheck --dry-run")
            #expect(plan.status == 0 && plan.out.contains("gpu-1"), "\(plan.err)")
        }
    }

    private func id(_ flag: String) async throws -> String {
        try await Ran.run("/usr/bin/id", [flag, "operator"]).out.filter(\.isNumber)
    }
}
