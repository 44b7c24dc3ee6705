import Testing

/// How the daemons of a cluster find each other, where it is not by one slurmctld and a slurm.conf everywhere.
@Suite(
    "Other ways between slurmctld and slurmd",
    .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct ControllerTests {
    @Test("slurmds have their configuration from slurmctld: every way to a node works")
    func configless() async throws {
        try await Trial.with(["--nodes", "2", "--configless"]) { trial in
            // The node's own: slurmd keeps what slurmctld sent in its spool folder.
            let own = try await trial.document(["run", "--", "sh", "-c", "echo $SLURM_CONF"])
            #expect(own.nodes.allSatisfy { $0.stdout?.contains("/conf-cache/") == true })
            for via in ["job", "srun", "direct"] {
                let document = try await trial.document(["run", "--via", via, "--", "true"])
                #expect(document.summary == .init(ok: 2), "\(via)")
            }
            let checked = try await trial.document([
                "check", "\(Place.repository)/examples/probes/environment.yaml",
            ])
            #expect(checked.nodes.allSatisfy { $0.outcome == "finished" })
        }
    }

    @Test(
        "slurmctld is killed in mid-run and its backup takes over: every row arrives, and fleet goes on"
    )
    func backup() async throws {
        let options = ["--nodes", "4", "--light", "--backup"]
        try await Trial.with(options) { trial in
            let cluster = trial.cluster
            async let running = trial.document(
                ["run", "--", "sh", "-c", "echo begun; sleep 25; echo done"])
            #expect(try await trial.haveBegun(4))
            // A slurmctld that is killed before it saved its state, which it does every few seconds, has lost the jobs:
            // slurmd ends what the next one does not know.
            let state = "\(trial.local)/state/job_state"
            let since = try await Ran.run("/usr/bin/stat", ["-c", "%Y", state]).out
            #expect(
                try await cluster.eventually(within: 15) {
                    try await Ran.run("/usr/bin/stat", ["-c", "%Y", state]).out > since
                })
            let pid = try await cluster.script("pid", "slurmctld").out.filter(\.isNumber)
            #expect(try await Ran.run("/bin/kill", ["-KILL", pid]).status == 0)
            let document = try await running
            #expect(document.summary == .init(ok: 4))
            #expect(Set(document.nodes.map(\.stdout)) == ["begun\ndone\n"])
            // What begins when only the backup is there: the picture, a run, and a change of a node.
            let status = try await trial.fleet(["status"])
            #expect(status.status == 0 && status.out.contains("gpu-[1-4]"), "\(status.err)")
            let next = try await trial.document(["run", "--via", "job", "--", "true"])
            #expect(next.summary == .init(ok: 4))
            let drained = try await trial.fleet(["drain", "gpu-2", "--reason", "x", "--yes"])
            #expect(drained.status == 0, "\(drained.err)")
            #expect(try await cluster.jobsAreGone())
        }
    }
}
