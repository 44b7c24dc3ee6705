import FoundationEssentials
import Testing

/// What runs found is remembered, compared, and never in the way.
@Suite(
    "fleet history", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct HistoryTests {
    /// The document `fleet.history/1`, as far as the tests read it.
    private struct Document: Decodable {
        struct Run: Decodable {
            var check: String
            var summary: RunDocument.Summary
        }
        struct Verdict: Decodable {
            var node: String
            var check: String
            var outcome: String
            var verdict: String?
        }
        struct Change: Decodable {
            var change: String
            var node: String
            var runs: Int
            var message: String?
        }
        var schema: String
        var runs: [Run]?
        var verdicts: [Verdict]?
        var changes: [Change]?
    }

    private func history(_ trial: Trial, _ words: String...) async throws -> Document {
        let ran = try await trial.fleet(["history", "--format", "json"] + words)
        #expect(ran.status == 0, "\(ran.err)")
        let document = try ran.decoded(Document.self)
        #expect(document.schema == "fleet.history/1")
        return document
    }

    private func changes(_ trial: Trial) async throws -> [String] {
        try await history(trial, "--changes").changes?.map { "\($0.node) \($0.change) \($0.runs)" }
            ?? []
    }

    @Test("A fault is new, still there, not fixed by a node that was not run, and fixed")
    func changes() async throws {
        try await Trial.with(["--nodes", "3"]) { trial in
            let cluster = trial.cluster
            let none = try await trial.fleet(["history"])
            #expect(none.status == 0 && none.err.contains("no such run is in the history"))

            #expect(try await trial.fleet(["gpu-check"]).status == 0)
            #expect(try await changes(trial) == [])
            try await cluster.script("break", "gpu-2", "gpu-lost")
            #expect(try await trial.fleet(["gpu-check"]).status == 1)
            #expect(try await changes(trial) == ["gpu-2 new 1"])
            #expect(try await trial.fleet(["gpu-check"]).status == 1)
            #expect(try await changes(trial) == ["gpu-2 failing 2"])

            try await cluster.script("heal", "gpu-2")
            try await cluster.slurm(
                "scontrol", "update", "nodename=gpu-2", "state=drain", "reason=bad fan")
            #expect(try await trial.fleet(["gpu-check"]).status == 2)
            #expect(try await changes(trial) == ["gpu-2 failing 2"])
            // Another check that is well takes nothing back.
            #expect(try await trial.fleet(["run", "--include-drained", "--", "true"]).status == 0)
            #expect(try await changes(trial) == ["gpu-2 failing 2"])
            try await cluster.slurm("scontrol", "update", "nodename=gpu-2", "state=resume")
            let isBack = try await cluster.eventually {
                try await cluster.slurm("sinfo", "-h", "-n", "gpu-2", "-o", "%T").out == "idle\n"
            }
            #expect(isBack)
            #expect(try await trial.fleet(["gpu-check"]).status == 0)
            #expect(try await changes(trial) == ["gpu-2 fixed 2"])
            #expect(try await trial.fleet(["gpu-check"]).status == 0)
            #expect(try await changes(trial) == [])

            let runs = try await history(trial).runs ?? []
            #expect(
                runs.map(\.check) == ["gpu-check", "gpu-check", "gpu-check", "gpu-check", "run"]
                    + ["gpu-check", "gpu-check"])
            #expect(runs[1].summary == RunDocument.Summary(ok: 2, fail: 1))
            let node = try await history(trial, "gpu-2", "--check", "gpu-check").verdicts ?? []
            #expect(
                node.map { $0.verdict ?? $0.outcome }
                    == ["ok", "fail", "fail", "not_run", "ok", "ok"])
            let table = try await trial.fleet(["history", "gpu-[2-3]"])
            #expect(table.out.contains("bad fan"), "\(table.out)")
        }
    }

    @Test("A history that cannot be used costs a warning, and its runs come into it later")
    func broken() async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            let file = "\(trial.runs)/history.sqlite"
            #expect(try await trial.fleet(["run", "--", "true"]).status == 0)
            #expect(FileManager.default.fileExists(atPath: file))

            try await Ran.run("/bin/mv", [file, file + ".mine"]).expectSuccess()
            try trial.write(
                "no database, and longer than anything that is taken for one", to: "history.sqlite",
                in: trial.runs)
            let ran = try await trial.document(["run", "--", "true"])
            #expect(ran.summary == RunDocument.Summary(ok: 2))
            let plain = try await trial.fleet(["run", "--", "true"])
            #expect(plain.status == 0)
            let warnings = plain.err.split(separator: "\n").filter { $0.contains("history") }
            #expect(warnings.count == 1 && warnings[0].contains("it is no database; move it aside"))
            let asked = try await trial.fleet(["history"])
            #expect(asked.status == 3 && asked.out == "")

            try await Ran.run("/bin/mv", [file + ".mine", file]).expectSuccess()
            #expect(try await history(trial).runs?.count == 3)
            // Turned off, and elsewhere.
            let off = ["FLEET_HISTORY_RECORD": "false"]
            #expect(try await trial.fleet(["run", "--", "true"], environment: off).status == 0)
            let other = ["FLEET_HISTORY_FILE": "\(trial.local)/deep/er/h.sqlite"]
            #expect(try await trial.fleet(["run", "--", "true"], environment: other).status == 0)
            #expect(FileManager.default.fileExists(atPath: "\(trial.local)/deep/er/h.sqlite"))
        }
    }

    @Test("Ten fleets at once, and one that is killed and taken over: every run is there once")
    func together() async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        let ran = try await trial.fleet(["run", "--via", "srun", "--", "true"])
                        #expect(ran.status == 0)
                        #expect(!ran.err.contains("history"), "\(ran.err)")
                    }
                }
                try await group.waitForAll()
            }
            let live = try await trial.start(["run", "--", "sh", "-c", "echo begun; sleep 3"])
            #expect(try await trial.haveBegun(2))
            try await live.signal("KILL")
            #expect(try await trial.fleet(["attach"]).status == 0)
            let runs = try await history(trial, "--limit", "0").runs ?? []
            #expect(runs.count == 11)
            #expect(runs.allSatisfy { $0.summary == RunDocument.Summary(ok: 2) })
        }
    }
}

extension Ran {
    /// Demands exit code 0.
    fileprivate func expectSuccess() throws {
        try #require(status == 0, "\(err)")
    }
}
