import FoundationEssentials
import Testing

/// Runs are kept, followed, taken over, ended and removed, whatever became of the fleet that began them.
@Suite(
    "Kept runs", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(40)))
struct KeptRunTests {
    /// Ends with code 1 on gpu-2.
    private func work(_ seconds: Int) -> [String] {
        // Slurm may end the sleep some moments before the shell, which must not go on in between.
        ["--", "sh", "-c", "echo begun; sleep \(seconds) && hostname; [ \"$(hostname)\" = gpu-1 ]"]
    }

    private func states(_ trial: Trial) async throws -> [String] {
        struct Runs: Decodable {
            struct Run: Decodable { var state: String }
            var schema: String
            var runs: [Run]
        }
        let runs = try await trial.fleet(["runs", "--format", "json"]).decoded(Runs.self)
        #expect(runs.schema == "fleet.runs/1")
        return runs.runs.map(\.state)
    }

    private func expectWholeRows(_ document: RunDocument) {
        #expect(document.summary == RunDocument.Summary(ok: 1, fail: 1))
        #expect(document.nodes.map(\.stdout) == ["begun\ngpu-1\n", "begun\ngpu-2\n"])
        #expect(document.nodes.map(\.exit_code) == [0, 1])
    }

    @Test("runs, show, attach beside a live run, prune; the exit code stays what it was")
    func follow() async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            #expect(try await states(trial) == [])
            let none = try await trial.fleet(["show"])
            #expect(none.status == 64)
            #expect(none.err.contains("no run is kept there"), "\(none.err)")

            let live = try await trial.start(["run", "--format", "json"] + work(4))
            #expect(try await trial.haveBegun(2))
            #expect(try await states(trial) == ["running"])
            let open = try await trial.fleet(["show"])
            #expect(open.err.contains("is going on: 2 of 2 nodes have no row yet"), "\(open.err)")
            let spared = try await trial.fleet(["runs", "prune", "--older-than", "0h"])
            #expect(spared.out == "")
            let attached = try await trial.fleet(["attach", "--format", "json"])
            #expect(attached.status == 1, "\(attached.err)")
            expectWholeRows(try attached.decoded(RunDocument.self))
            #expect(try await live.status() == 1)
            #expect(live.out == attached.out)

            let table = try await trial.fleet(["runs"])
            #expect(table.out.contains("fleet run --format json -- sh -c"), "\(table.out)")
            #expect(try await states(trial) == ["ended"])
            let shown = try await trial.fleet(["show", "--format", "json", "last"])
            #expect(shown.status == 0)
            #expect(shown.out == live.out)
            let again = try await trial.fleet(["attach", "--format", "json"])
            #expect(again.status == 1)
            #expect(again.out == live.out)
            let failed = try await trial.fleet(["nodes", "--failed-from", "last"])
            #expect(failed.out == "gpu-2\n")

            let twice = try await trial.fleet(["run", "--strict", "--ignore-not-run", "--", "true"])
            #expect(twice.status == 0)
            // None failed: nothing to do is no error, for a list as for a run.
            for words in [["nodes"], ["run"]] {
                let tail = words == ["run"] ? ["--", "true"] : []
                let well = try await trial.fleet(words + ["--failed-from", "last"] + tail)
                #expect(well.status == 0 && well.out == "", "\(well.out)")
                #expect(well.err == "fleet: every node of run last is well: nothing to do\n")
            }
            let id = try live.document().run.id
            let dry = try await trial.fleet(["runs", "prune", "--older-than", "0h", "--dry-run"])
            #expect(dry.out.contains(id) || dry.out == "")
            #expect(try await states(trial).count == 2)
            let end = try await trial.cluster.eventually {
                _ = try await trial.fleet(["runs", "prune", "--older-than", "0h"])
                return try await states(trial).isEmpty
            }
            #expect(end)
            #expect(try await trial.cluster.jobsAreGone())
        }
    }

    @Test("kill -9 of fleet: attach takes its place; cancel ends what it left")
    func killed() async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            let first = try await trial.start(["run", "--format", "json"] + work(4))
            #expect(try await trial.haveBegun(2))
            try await first.signal("KILL")
            #expect(try await first.status() == 137)
            #expect(try await states(trial) == ["left"])
            let attached = try await trial.fleet(["attach", "--format", "json"])
            #expect(attached.status == 1, "\(attached.err)")
            #expect(attached.err.contains("is gone; going on in its place"))
            expectWholeRows(try attached.decoded(RunDocument.self))
            #expect(try await states(trial) == ["ended"])
            #expect(try await trial.cluster.jobsAreGone())

            let second = try await trial.start(["run", "--format", "json"] + work(50))
            #expect(try await trial.haveBegun(2))
            try await second.signal("KILL")
            _ = try await second.status()
            let cancelled = try await trial.fleet(["cancel"])
            #expect(cancelled.status == 0, "\(cancelled.err)")
            #expect(try await trial.cluster.jobsAreGone())
            #expect(try await states(trial) == ["ended", "interrupted"])
            let shown = try await trial.fleet(["show", "--format", "json"]).decoded(
                RunDocument.self)
            #expect(shown.nodes.map(\.outcome) == ["cancelled", "cancelled"])
            #expect(shown.nodes.map(\.stdout) == ["begun\n", "begun\n"])
            #expect(try await trial.fleet(["attach"]).status == 130)
            let over = try await trial.fleet(["cancel"])
            #expect(over.status == 0)
            #expect(over.err.contains("is over already"))

            // Records that steps leave while nobody looks.
            let third = try await trial.start(
                ["run", "--via", "direct", "--format", "json"] + work(4))
            try await Task.sleep(for: .seconds(1.5))
            try await third.signal("KILL")
            _ = try await third.status()
            let steps = try await trial.fleet(["attach", "--format", "json"])
            #expect(steps.status == 1, "\(steps.err)")
            expectWholeRows(try steps.decoded(RunDocument.self))
        }
    }

    @Test("SIGHUP and a terminal that goes away: the run goes on to its end")
    func hangup() async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            let told = try await trial.start(["run", "--format", "json"] + work(3))
            #expect(try await trial.haveBegun(2))
            try await told.signal("HUP")
            #expect(try await told.status() == 1)
            expectWholeRows(try told.document())

            // script(1) makes the terminal, and takes it away when it is killed.
            let line = "\(trial.cluster.program) run --shell 'echo begun; sleep 4; hostname'"
            let lost = try await trial.shell(
                """
                script -qfc "$1" /dev/null >/dev/null </dev/null & pid=$!
                for _ in $(seq 200); do
                    [ "$(find "$FLEET_RUN_DIR" -name '.*.out' -size +0 | wc -l)" = 2 ] && break
                    sleep 0.1
                done
                kill -9 $pid; wait $pid 2>/dev/null; sleep 0.5
                fleet runs | tail -n 1
                """, [line])
            #expect(lost.out.contains(" running "), "\(lost.out)")
            let attached = try await trial.fleet(["attach", "--format", "json"])
            #expect(attached.status == 0, "\(attached.err)")
            #expect(!attached.err.contains("going on in its place"), "\(attached.err)")
            #expect(
                try attached.decoded(RunDocument.self).nodes.map(\.stdout) == [
                    "begun\ngpu-1\n", "begun\ngpu-2\n",
                ])
            #expect(try await trial.cluster.jobsAreGone())
        }
    }

    @Test(
        "cancel from another terminal: the watching fleet ends with 130 and its rows",
        arguments: ["job", "direct"])
    func cancelled(via: String) async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            let live = try await trial.start(["run", "--via", via, "--format", "json"] + work(50))
            if via == "job" {
                #expect(try await trial.haveBegun(2))
            } else {
                try await Task.sleep(for: .seconds(2))
            }
            let cancelled = try await trial.fleet(["cancel"])
            #expect(cancelled.status == 0, "\(cancelled.err)")
            #expect(cancelled.err.contains("has its 2 rows"), "\(cancelled.err)")
            #expect(try await live.status() == 130)
            let document = try live.document()
            #expect(document.nodes.map(\.outcome) == ["cancelled", "cancelled"])
            #expect(document.nodes.map(\.stdout) == ["begun\n", "begun\n"])
            #expect(document.summary == RunDocument.Summary(unknown: 2))
            #expect(try await trial.cluster.jobsAreGone())
            for node in ["gpu-1", "gpu-2"] {
                let left = try await trial.cluster.inside(node, "pgrep -a -x sleep; true")
                #expect(left.out == "")
            }
        }
    }
}
