import Testing

/// fleet on a cluster with slurmdbd: who may do what, and which limits hold, is said there.
@Suite(
    "Accounts, QOS and rights in slurmdbd", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct AccountingTests {
    @Test("A limit is waited for, a wrong account named; drain takes AdminLevel Administrator")
    func accounting() async throws {
        try await Trial.with(["--nodes", "3", "--accounting"]) { trial in
            try await limits(trial)
            try await refusals(trial)
            try await rights(trial)
            _ = try await trial.asOperator("rm -rf \"$FLEET_RUN_DIR\"")
        }
    }

    /// One job at a time may be submitted: three nodes answer all the same, one after the other.
    private func limits(_ trial: Trial) async throws {
        try await manage(trial, "add", "qos", "one", "set", "MaxSubmitJobsPerUser=1")
        try await manage(trial, "modify", "user", "operator", "set", "qos+=one")
        let ran = try await trial.asOperator(
            "'\(trial.cluster.program)' run --via job --qos one --format json -- hostname")
        #expect(ran.status == 0, "\(ran.out)\(ran.err)")
        let document = try ran.decoded(RunDocument.self)
        #expect(document.nodes.map(\.stdout) == ["gpu-1\n", "gpu-2\n", "gpu-3\n"])
        #expect(document.nodes.allSatisfy { $0.launcher == "job" })
    }

    private func refusals(_ trial: Trial) async throws {
        try await manage(trial, "add", "account", "other")
        for (options, cause, remedy) in [
            ("--account other", "Invalid account", "Name an account you may charge"),
            ("--qos none", "Invalid qos", "Name a QOS you may use"),
        ] {
            let ran = try await trial.asOperator(
                "'\(trial.cluster.program)' run --via job -n gpu-1 \(options) -- true")
            #expect(ran.status == 2, "\(ran.out)\(ran.err)")
            #expect(ran.err.contains(cause) && ran.err.contains(remedy), "\(ran.err)")
        }
        // Taken, and never started; without slurmdbd, later releases let every account pass here.
        let update = ["update", "PartitionName=compute-gpu"]
        try await trial.cluster.slurm("scontrol", update[0], update[1], "AllowAccounts=other")
        let kept = try await trial.asOperator(
            "'\(trial.cluster.program)' run --via job -p compute-gpu -n gpu-1 --wait 3 -- true")
        #expect(kept.status == 2, "\(kept.out)\(kept.err)")
        #expect(
            kept.err.contains(
                "account does not allow it -> name an account that the partition takes (--account)"),
            "\(kept.out)\(kept.err)")
        try await trial.cluster.slurm("scontrol", update[0], update[1], "AllowAccounts=ALL")
    }

    private func rights(_ trial: Trial) async throws {
        let drain = "'\(trial.cluster.program)' drain gpu-2 --reason cable --max 3 --yes"
        for level in ["None", "Operator"] {
            try await manage(trial, "modify", "user", "operator", "set", "adminlevel=\(level)")
            let refused = try await trial.asOperator(drain)
            #expect(refused.status == 3 && refused.err.contains("(2010)"), "\(refused.err)")
            #expect(refused.err.contains("Operator is not enough"), "\(refused.err)")
        }
        try await manage(trial, "modify", "user", "operator", "set", "adminlevel=Administrator")
        let drained = try await trial.asOperator(drain)
        #expect(drained.status == 0 && drained.out.contains("drained"), "\(drained.err)")
        let reason = try await trial.cluster.slurm("sinfo", "-h", "-n", "gpu-2", "-o", "%E")
        #expect(reason.out == "fleet: cable [operator]\n")
        let resumed = try await trial.asOperator(
            "'\(trial.cluster.program)' resume gpu-2 --yes")
        #expect(resumed.status == 0 && resumed.out.contains("resumed"), "\(resumed.err)")
        // With slurmdbd no release keeps the reason of a node that is back.
        let cleared = try await trial.cluster.eventually {
            try await trial.cluster.slurm("sinfo", "-h", "-n", "gpu-2", "-o", "%E").out == "none\n"
        }
        #expect(cleared)
    }

    private func manage(_ trial: Trial, _ words: String...) async throws {
        let ran = try await Ran.run(
            "/usr/bin/sacctmgr", ["-i", "-Q"] + words,
            environment: ["SLURM_CONF": trial.cluster.slurmConf])
        #expect(ran.status == 0, "sacctmgr \(words): \(ran.out)\(ran.err)")
    }
}
