import FoundationEssentials
import Testing

/// `fleet drain`, `resume` and `reboot` on a real slurmctld: what is done, and what is left alone.
@Suite(
    .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct ActingTests {
    private struct Document: Decodable {
        struct Node: Decodable {
            var node: String
            var outcome: String
            var code: String?
            var reason: String?
            var reason_before: String?
            var state_before: String
            var detail: String?
            var remedy: String?
        }
        struct Summary: Decodable, Equatable {
            var planned = 0
            var done = 0
            var already = 0
            var kept = 0
            var failed = 0
        }
        var schema: String
        var summary: Summary
        var nodes: [Node]

        subscript(name: String) -> Node? { nodes.first { $0.node == name } }
    }

    /// Acts without a question, and reads what came of it.
    private func act(
        _ trial: Trial, _ words: String..., status: Int32,
        environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Document {
        let ran = try await trial.fleet(
            words + ["--yes", "--format", "json"], environment: environment)
        #expect(ran.status == status, "\(words): \(ran.err)", sourceLocation: sourceLocation)
        return try ran.decoded(Document.self)
    }

    /// Whether a node that was resumed is in service again.
    private func isBack(_ trial: Trial, _ name: String) async throws -> Bool {
        let (state, reason) = try await node(trial, name)
        let release = SlurmRelease(name: try await trial.cluster.release())
        return state == "IDLE" && release.isReasonOfResumed(reason)
    }

    /// A node's state and reason as scontrol shows them.
    private func node(_ trial: Trial, _ name: String) async throws -> (
        state: String, reason: String
    ) {
        let text = try await trial.cluster.slurm("scontrol", "show", "node", name).out
        func value(_ key: String) -> String {
            guard let range = text.firstRange(of: key + "=") else { return "" }
            return String(text[range.upperBound...].prefix { $0 != "\n" })
        }
        let reason = value("Reason")
        return (
            String(value("State").prefix { $0 != " " }),
            reason.firstRange(of: " [root@").map { String(reason[..<$0.lowerBound]) } ?? reason
        )
    }

    @Test("Drained with the finding and who it was; resumed again; nobody else's reason is touched")
    func drainAndResume() async throws {
        try await Trial.with(["--nodes", "12"]) { trial in
            let slurm = trial.cluster
            let drained = try await act(
                trial, "drain", "gpu-1", "--reason", "PSU 2 dead,\nit's \"case\" 4711 — 전원",
                status: 0, environment: ["SUDO_USER": "alice"])
            #expect(drained.summary == .init(done: 1))
            let reason = "fleet: PSU 2 dead, it's \"case\" 4711 — 전원 [alice]"
            #expect(drained["gpu-1"]?.reason == reason)
            #expect(drained["gpu-1"]?.state_before == "idle")
            #expect(try await node(trial, "gpu-1") == ("IDLE+DRAIN", reason))

            // Once more is no error, and changes nothing.
            let again = try await act(trial, "drain", "gpu-1", "--reason", "other", status: 0)
            #expect(again["gpu-1"]?.code == "already")
            #expect(try await node(trial, "gpu-1").reason == reason)

            // Another's reason stays, for every verb, and --force replaces it.
            try await slurm.slurm(
                "scontrol", "update", "nodename=gpu-2", "state=drain", "reason=ops: cable")
            for words in [["drain", "gpu-2", "--reason", "x"], ["resume", "gpu-2"]] {
                let ran = try await trial.fleet(words + ["--yes"])
                #expect(ran.status == 2 && ran.out.contains("ops: cable"), "\(ran.out) \(ran.err)")
                #expect(try await node(trial, "gpu-2") == ("IDLE+DRAIN", "ops: cable"))
            }
            // Two of twelve are out of service by now: a third one takes --max.
            let limited = try await act(trial, "drain", "gpu-3", "--reason", "x", status: 2)
            #expect(limited["gpu-3"]?.code == "limit")
            #expect(try await node(trial, "gpu-3").state == "IDLE")
            let forced = try await act(
                trial, "drain", "gpu-[2-3]", "--reason", "x", "--force", "--max", "3", status: 0)
            #expect(forced.summary == .init(done: 2))
            #expect(forced["gpu-2"]?.reason_before == "ops: cable")
            #expect(try await node(trial, "gpu-2").reason == "fleet: x [root]")

            // A dry run does nothing; a plan without --yes and without a terminal neither.
            let dry = try await trial.fleet(["resume", "gpu-[1-3]", "--dry-run"])
            #expect(dry.status == 0 && dry.out.contains("fleet: x [root]"), "\(dry.out)")
            let mute = try await trial.fleet(["resume", "gpu-1"])
            #expect(mute.status == 64 && mute.err.contains("--yes"))
            #expect(try await node(trial, "gpu-1").state == "IDLE+DRAIN")

            let resumed = try await act(trial, "resume", "-p", "compute-gpu", status: 0)
            #expect(Set(resumed.nodes.map(\.node)) == ["gpu-1", "gpu-2", "gpu-3"])
            // Until its slurmd has answered once more, Slurm 22.05 calls it not responding.
            #expect(
                try await trial.cluster.eventually { try await isBack(trial, "gpu-2") })
            let nothing = try await trial.fleet(["resume", "-p", "compute-gpu", "--yes"])
            #expect(nothing.status == 0 && nothing.err.contains("nothing to do"))
        }
    }

    @Test("An ordinary user is told which right lacks, before the question; a plan needs no right")
    func rights() async throws {
        try await Trial.with { trial in
            let fleet = trial.cluster.program
            for words in ["drain gpu-1 --reason x", "reboot gpu-1 --reason x"] {
                let ran = try await trial.asOperator("'\(fleet)' \(words) --yes")
                #expect(ran.status == 3 && ran.out.isEmpty, "\(ran.out)")
            }
            let ran = try await trial.asOperator("'\(fleet)' drain gpu-1 --reason x --yes")
            #expect(ran.err.contains("(2010)") && ran.err.contains("AdminLevel Administrator"))
            #expect(try await node(trial, "gpu-1") == ("IDLE", ""))
            // What could not be done is refused in a rehearsal, too.
            let reboot = try await trial.fleet(["reboot", "gpu-1", "--reason", "x", "--dry-run"])
            #expect(reboot.status != 0 && reboot.err.contains("RebootProgram"), "\(reboot.err)")
            let plan = try await trial.asOperator("'\(fleet)' drain gpu-1 --reason x --dry-run")
            #expect(plan.status == 0 && plan.out.contains("fleet: x [operator]"), "\(plan.err)")
            // No ResumeAfter before 23.02: told before anything is done.
            let version = try await trial.fleet(["--version"]).out
            if version.contains("(Slurm 22.") {
                let timed = try await trial.fleet(
                    ["drain", "gpu-1", "--reason", "x", "--for", "2h", "--yes"])
                #expect(timed.status == 3 && timed.err.contains("23.02"), "\(timed.err)")
                #expect(try await node(trial, "gpu-1").state == "IDLE")
            }
        }
    }

    @Test("A node that changes while the question stands is left as it is")
    func race() async throws {
        try await Trial.with { trial in
            // script(1) gives fleet a terminal; the answer comes after the node was changed.
            let line = """
                { sleep 3; printf 'y\\n'; sleep 2; } |
                    script -qec "$0 drain gpu-1 --reason mine --force" /dev/null &
                sleep 1.5
                scontrol update nodename=gpu-1 state=drain reason='ops was faster'
                wait $!
                """
            let ran = try await Ran.run(
                "/bin/bash", ["-c", line, trial.cluster.program],
                environment: ["SLURM_CONF": trial.cluster.slurmConf])
            #expect(ran.status == 2, "\(ran.out) \(ran.err)")
            #expect(ran.out.contains("[y/N]"), "\(ran.out)")
            #expect(ran.out.contains("was idle, and is idle+drain now"), "\(ran.out)")
            #expect(try await node(trial, "gpu-1") == ("IDLE+DRAIN", "ops was faster"))
            // No is an answer too.
            let no = try await Ran.run(
                "/bin/bash",
                [
                    "-c",
                    "printf 'n\\n' | script -qec \"$0 drain gpu-2 --reason x --max 9\" /dev/null",
                    trial.cluster.program,
                ], environment: ["SLURM_CONF": trial.cluster.slurmConf])
            #expect(no.status == 130, "\(no.out)")
            #expect(try await node(trial, "gpu-2").state == "IDLE")
        }
    }

    @Test("Nodes that failed a check are drained with what was found, and resumed once they pass")
    func fromRun() async throws {
        try await Trial.with { trial in
            try await trial.cluster.script("break", "gpu-1", "gpu-lost")
            try await trial.cluster.script("break", "gpu-2", "gpu-driver")
            let limited = try await trial.fleet(["gpu-check", "--drain", "--yes"])
            #expect(
                limited.status == 1 && limited.err.contains("--max 2 allows it"), "\(limited.err)")
            #expect(try await node(trial, "gpu-1").state == "IDLE")
            let mute = try await trial.fleet(["gpu-check", "--drain"])
            #expect(mute.status == 64 && mute.out.isEmpty)

            let checked = try await trial.document(["gpu-check", "--drain", "--yes", "--max", "2"])
            #expect(checked.summary.fail == 2)
            let first = try #require(checked["gpu-1"]?.findings.first)
            let reason = try await node(trial, "gpu-1").reason
            #expect(
                reason.hasPrefix("fleet: \(first.code) \(first.subject ?? "-"): "), "\(reason)")
            #expect(reason.hasSuffix(" [root]"))
            #expect(try await node(trial, "gpu-2").state == "IDLE+DRAIN")
            #expect(try await node(trial, "gpu-3") == ("IDLE", ""))

            let from = try await act(trial, "drain", "--from", "last", status: 0)
            #expect(from.summary == .init(already: 2))
            let none = try await trial.fleet(["reboot", "--from", "nosuch", "--yes"])
            #expect(none.status == 64 && none.err.contains("nosuch"), "\(none.err)")

            // Only what passes now goes back into service; root reaches drained nodes for it.
            try await trial.cluster.script("heal", "gpu-1")
            let resumed = try await act(trial, "resume", "gpu-[1-2]", "--recheck", status: 2)
            #expect(resumed["gpu-1"]?.outcome == "done")
            #expect(resumed["gpu-2"]?.code == "check")
            #expect(resumed["gpu-2"]?.detail?.hasPrefix("gpu-check: fail: ") == true)
            #expect(
                try await trial.cluster.eventually { try await isBack(trial, "gpu-1") })
            #expect(try await node(trial, "gpu-2").state == "IDLE+DRAIN")
        }
    }

    @Test("A busy node is rebooted when its jobs have ended, an idle one at once")
    func reboot() async throws {
        try await Trial.with(["--conf", "RebootProgram=/bin/true"]) { trial in
            let slurm = trial.cluster
            try await slurm.slurm("sbatch", "-w", "gpu-1", "-o", "/dev/null", "--wrap", "sleep 300")
            #expect(
                try await slurm.eventually {
                    try await slurm.slurm("squeue", "-h", "-t", "R").out.contains("gpu-1")
                })
            let plan = try await trial.fleet(["reboot", "gpu-[1-2]", "--reason", "x", "--dry-run"])
            #expect(plan.out.contains("drained now, reboots when idle"), "\(plan.out)")
            #expect(plan.out.contains("reboots at once"), "\(plan.out)")
            let ran = try await act(
                trial, "reboot", "gpu-[1-2]", "--reason", "it's odd", "--max", "2", status: 0)
            #expect(ran.summary == .init(done: 2))
            let busy = try await node(trial, "gpu-1")
            #expect(busy.state == "MIXED+DRAIN+REBOOT_REQUESTED")
            #expect(busy.reason == "fleet: it's odd [root]")
            #expect(
                try await slurm.eventually {
                    try await node(trial, "gpu-2").state.contains("REBOOT_ISSUED")
                })
            let again = try await act(
                trial, "reboot", "gpu-[1-2]", "--reason", "y", "--max", "2", status: 0)
            #expect(again.summary == .init(already: 2))
        }
        try await Trial.with { trial in
            let none = try await trial.fleet(["reboot", "gpu-1", "--reason", "x", "--yes"])
            #expect(none.status == 3 && none.err.contains("RebootProgram"), "\(none.err)")
            #expect(try await node(trial, "gpu-1").state == "IDLE")
        }
    }
}
