import FoundationEssentials
import Testing

/// Nodes that Slurm really powers down and up: its programs stop and start the slurmds of the demo cluster.
@Suite(
    "Power saving", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(40))
)
struct PowerTests {
    /// Runs a test on a cluster of two nodes, of which gpu-2 is powered down.
    ///
    /// `resume` is what ResumeProgram does for a node `$n`; `cluster` calls the demo cluster's script. Slurm gives it
    /// `patience` seconds: a minute, where the node comes up, is for a busy machine.
    private func withSleeping(
        resume: String, patience: Int = 60, _ body: (Trial) async throws -> Void
    ) async throws {
        let folder = try await Ran.run("/bin/mktemp", ["-d"]).out.filter { !$0.isNewline }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Slurm gives its programs no environment; the cluster's name stands in the path of slurm.conf.
        let head = """
            #!/bin/bash
            exec >>"$0.log" 2>&1
            set -x
            c=${SLURM_CONF%/etc/slurm.conf} c=${c##*/}
            cluster() { '\(Place.clusterScript)' "$1" --name "$c" "${@:2}"; }
            for n in $(scontrol show hostnames "$1"); do

            """
        for (name, line) in [("suspend", "cluster slurmd $n stop"), ("resume", resume)] {
            let text = "\(head)\(line)\ndone\n"
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            _ = try await Ran.run("/bin/chmod", ["755", "\(folder)/\(name)"])
        }
        let lines = [
            "SuspendProgram=\(folder)/suspend", "ResumeProgram=\(folder)/resume",
            "SuspendTime=86400", "SuspendTimeout=2", "ResumeTimeout=\(patience)",
            // A node that comes back under another address must be heard there.
            "CommunicationParameters=NoCtldInAddrAny",
        ]
        try await Trial.with(["--nodes", "2"] + lines.flatMap { ["--conf", $0] }) { trial in
            let cluster = trial.cluster
            try #require(try await cluster.putToSleep("gpu-2"))
            do {
                try await body(trial)
            } catch {
                let log = try? String(
                    contentsOf: URL(filePath: "\(folder)/resume.log"), encoding: .utf8)
                Issue.record("ResumeProgram said: \(log ?? "nothing")")
                throw error
            }
        }
    }

    private func woken(_ trial: Trial, wait: String) async throws -> RunDocument.Node {
        let document = try await trial.document(
            ["run", "-n", "gpu-2", "--power-up", "--wait", wait, "--", "echo", "up"])
        return try #require(document["gpu-2"])
    }

    @Test(
        "A node is booted for a run, and comes back under its own or another address",
        arguments: ["", "scontrol update nodename=$n nodeaddr=127.0.0.2 nodehostname=localhost; "])
    func boots(_ address: String) async throws {
        try await withSleeping(resume: "\(address)cluster slurmd $n boot") { trial in
            let node = try await woken(trial, wait: "90s")
            #expect(node.verdict == "ok", "\(node.outcome): \(node.reason ?? "")")
            #expect(node.stdout == "up\n" && node.note == "woken: it was powered down")
            // It is like any other now, whatever its address.
            let all = try await trial.document(["run", "--", "true"])
            #expect(all.summary == .init(ok: 2))
        }
    }

    @Test(
        "A node that does not come up in ResumeTimeout is no success, and the row says more than that"
    )
    func silent() async throws {
        try await withSleeping(resume: ":", patience: 10) { trial in
            let node = try await woken(trial, wait: "40s")
            #expect(node.verdict != "ok" && node.stdout?.contains("up") != true)
            #expect(node.reason != nil || !node.findings.isEmpty, "\(node)")
            let status = try await trial.fleet(["status", "-n", "gpu-2"])
            #expect(status.status == 0 && status.out.lowercased().contains("down"), "\(status.out)")
            #expect(try await trial.cluster.jobsAreGone(within: 30))
        }
    }

    private static let drain = "scontrol update nodename=$n state=drain reason=bad-disk"

    /// What fleet says of the node afterwards: Slurm starts nothing there, awake or not.
    private func expectDrained(_ trial: Trial, powerUp: Bool) async throws {
        let options = powerUp ? ["--power-up"] : []
        let next = try await trial.document(
            ["run", "-n", "gpu-2", "--via", "job"] + options + ["--", "true"])
        let row = try #require(next["gpu-2"])
        #expect(row.outcome == "not_run" && row.reason?.contains("bad-disk") == true, "\(row)")
        #expect(row.remedy?.contains("--power-up") != true, "\(row)")
    }

    @Test("A node that is drained once it is up has run the job that woke it, and runs no other")
    func drainedAfterwards() async throws {
        let isUp = "until ! scontrol show node $n | grep POWERING_UP; do sleep 0.2; done"
        try await withSleeping(resume: "cluster slurmd $n boot; \(isUp); \(Self.drain)") { trial in
            let node = try await woken(trial, wait: "90s")
            #expect(node.verdict == "ok", "\(node)")
            #expect(
                try await trial.cluster.eventually(within: 60) {
                    try await trial.cluster.slurm("scontrol", "show", "node", "gpu-2").out
                        .contains("bad-disk")
                })
            try await expectDrained(trial, powerUp: false)
        }
    }

    @Test("A node that is drained while it boots fails the job that woke it, and the row says why")
    func drainedBefore() async throws {
        try await withSleeping(resume: "\(Self.drain); sleep 3; cluster slurmd $n boot") { trial in
            let node = try await woken(trial, wait: "90s")
            // Releases of Slurm differ in whether such a job is started all the same.
            let isTold =
                node.verdict == "ok"
                ? node.stdout == "up\n" : node.reason?.contains("bad-disk") == true
            #expect(isTold, "\(node)")
            for powerUp in [false, true] { try await expectDrained(trial, powerUp: powerUp) }
        }
    }
}
