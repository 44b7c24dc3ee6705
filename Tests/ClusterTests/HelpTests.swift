import FoundationEssentials
import Testing

/// `fleet doctor`, and what shells complete, on a real cluster and on one whose slurmctld is gone.
@Suite(
    .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct HelpTests {
    private struct Doctor: Decodable {
        struct Check: Decodable {
            var check: String
            var verdict: String
            var detail: String
            var fix: String?
        }
        var schema: String
        var verdict: String
        var checks: [Check]

        subscript(name: String) -> Check? { checks.first { $0.check == name } }
    }

    @Test("The doctor proves what it says, and is of most use when something is broken")
    func doctor() async throws {
        try await Trial.with { trial in
            let well = try await trial.fleet(["doctor", "--format", "json"])
            let document = try well.decoded(Doctor.self)
            #expect(document.schema == "fleet.doctor/1")
            for name in [
                "slurm.conf", "settings", "munge", "slurmctld", "libslurm", "clock", "rights",
                "srun", "scontrol", "run directory", "node's clock",
            ] {
                #expect(
                    document[name]?.verdict == "ok", "\(name): \(document[name]?.detail ?? "-")")
            }
            #expect(document["run directory"]?.detail.contains("answered through it") == true)
            #expect(well.status == 0, "\(well.out)")
            // It leaves no run behind.
            #expect(
                try await trial.fleet(["runs", "--format", "json"]).out.contains(#""runs" : ["#))
            let left = try FileManager.default.contentsOfDirectory(atPath: trial.runs)
            #expect(!left.contains { $0.hasPrefix(".doctor") })

            // A folder that the nodes do not have: /tmp is each machine's own.
            let apart = try await trial.fleet([
                "doctor", "--format", "json", "--run-dir", "/tmp/\(trial.cluster.name)",
            ])
            let lone = try apart.decoded(Doctor.self)["run directory"]
            #expect(apart.status == 1 && lone?.verdict == "fail", "\(lone?.detail ?? apart.err)")
            try? FileManager.default.removeItem(atPath: "/tmp/\(trial.cluster.name)")

            let user = try await trial.asOperator("'\(trial.cluster.program)' doctor --no-job")
            #expect(user.status == 2 && user.out.contains("an ordinary user"), "\(user.out)")

            // A line that libslurm ends its process over.
            let broken = try String(
                contentsOf: URL(filePath: trial.cluster.slurmConf), encoding: .utf8)
            let path = try trial.write(broken + "NoSuchKeyword=1\n", to: "broken.conf")
            let fatal = try await trial.fleet(
                ["doctor", "--format", "json", "--no-job"], environment: ["SLURM_CONF": path])
            let answer = try fatal.decoded(Doctor.self)["slurmctld"]
            #expect(
                fatal.status == 1 && answer?.verdict == "fail", "\(answer?.detail ?? fatal.err)")
            #expect(answer?.detail.contains("libslurm gave up") == true, "\(answer?.detail ?? "")")

            try await trial.cluster.script("slurmctld", "stop")
            let dead = try await trial.fleet(["doctor", "--format", "json"])
            #expect(dead.status == 1 && dead.seconds < 12, "\(dead.seconds) s")
            let checks = try dead.decoded(Doctor.self)
            #expect(checks["slurmctld"]?.verdict == "fail")
            #expect(checks["slurmctld"]?.fix?.contains("scontrol ping") == true)
            #expect(checks["munge"]?.verdict == "ok")
            #expect(checks["run directory"]?.verdict == "unknown")
        }
    }

    /// Completes the last word as bash does, by the script that is installed.
    private func bash(_ trial: Trial, _ words: String...) async throws -> Ran {
        let script = """
            PATH="$(dirname "$0"):$PATH"
            source <(fleet completion bash)
            COMP_WORDS=(fleet "$@"); COMP_CWORD=$#; COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
            COMPREPLY=()
            $(complete -p fleet | sed 's/.*-F \\([^ ]*\\) .*/\\1/') fleet "${COMP_WORDS[COMP_CWORD]}" \\
                "${COMP_WORDS[COMP_CWORD-1]}"
            ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
            """
        return try await Ran.run(
            "/bin/bash", ["-c", script, trial.cluster.program] + words,
            environment: ["SLURM_CONF": trial.cluster.slurmConf, "FLEET_RUN_DIR": trial.runs])
    }

    @Test("bash completes nodes, partitions, runs and checks; silently and soon without slurmctld")
    func completion() async throws {
        try await Trial.with { trial in
            #expect(try await bash(trial, "dr").out == "drain\n")
            #expect(try await bash(trial, "drain", "gpu-").out == "gpu-1\ngpu-2\ngpu-3\ngpu-4\n")
            #expect(try await bash(trial, "drain", "--nodes", "gpu-1,gpu-4").out == "gpu-1,gpu-4\n")
            #expect(try await bash(trial, "status", "-p", "").out == "compute-gpu\nsmall\n")
            #expect(try await bash(trial, "status", "-p", "small,c").out == "small,compute-gpu\n")
            #expect(try await bash(trial, "resume", "--recheck", "check").out == "check-mount\n")
            _ = try await trial.fleet(["run", "-n", "gpu-1", "--", "true"])
            let runs = try await bash(trial, "show", "").out.split(separator: "\n")
            #expect(runs.count == 2 && runs.first == "last", "\(runs)")

            // Their line editors complete only in a terminal; their parsers read the scripts anywhere.
            for shell in ["fish", "zsh"]
            where FileManager.default.fileExists(atPath: "/usr/bin/\(shell)") {
                let read = try await trial.shell(
                    "fleet completion \(shell) >'\(trial.local)/words' && \(shell) -n '\(trial.local)/words'"
                )
                #expect(read.status == 0 && read.err.isEmpty, "\(shell): \(read.err)")
            }

            try await trial.cluster.script("slurmctld", "stop")
            let dead = try await bash(trial, "drain", "gpu-")
            #expect(dead.out.isEmpty && dead.err.isEmpty, "\(dead.out) \(dead.err)")
            #expect(dead.seconds < 5, "\(dead.seconds) s")
            let none = try await Ran.run(
                "/bin/bash",
                [
                    "-c",
                    "'\(trial.cluster.program)' ---completion drain -- --nodes 3 1 fleet drain -n g",
                ], environment: ["SLURM_CONF": "/none"])
            #expect(none.status == 0 && none.err.isEmpty && none.out.filter { $0 != "\n" }.isEmpty)
        }
    }
}
