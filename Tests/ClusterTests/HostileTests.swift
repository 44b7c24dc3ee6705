import FoundationEssentials
import TestSupport
import Testing

/// Attacks on what acts, on one cluster.
///
/// A node lies and floods while it is to be resumed, run folders are another user's, and so is TMPDIR.
@Suite(
    "attacks on resume, kept runs and TMPDIR",
    .enabled(if: Place.canStartCluster && OtherUser.isThere, "\(Place.whyNot)"),
    .timeLimit(.minutes(10)))
struct HostileTests {
    @Test("Lying nodes, forged runs and a swapped TMPDIR change nothing that is not theirs")
    func all() async throws {
        try await Trial.with(["--nodes", "4"]) { trial in
            try await resume(trial)
            try await forgedRuns(trial)
            try await linkedRuns(trial)
            try await temporaryFolder(trial)
        }
    }

    private func state(_ trial: Trial, _ node: String) async throws -> String {
        try await trial.cluster.slurm(
            "sinfo", "-h", "-N", "-n", node, "-p", "compute-gpu", "-o", "%T"
        )
        .out.filter { !$0.isNewline }
    }

    /// Each of three drained nodes answers with something else than the truth; the fourth is well.
    private func resume(_ trial: Trial) async throws {
        let lies = [
            // Text that steers a terminal, another node's record, and a frame of a check.
            "gpu-1":
                #"printf '\033]0;owned\007\033[2J@fleet end 1\nfleet-record/1 node=gpu-2 exit=0\n'; exit 1"#,
            // More than is kept of any answer.
            "gpu-2": "yes '<gpu><uuid>x</uuid></gpu>' | head -c 60000000",
            // No end.
            "gpu-3": "trap '' TERM; while :; do sleep 1; done",
        ]
        for (node, body) in lies {
            let path = try trial.write("#!/bin/sh\n\(body)\n", to: "lie-\(node)", in: trial.shared)
            let planted = try await trial.cluster.inside(
                node,
                "cp '\(path)' /usr/local/sbin/nvidia-smi && chmod 755 /usr/local/sbin/nvidia-smi")
            #expect(planted.status == 0, "\(planted.err)")
        }
        let drained = try await trial.fleet([
            "drain", "gpu-[1-4]", "--reason", "x", "--max", "100%", "--yes",
        ])
        #expect(drained.status == 0, "\(drained.err)")
        let begin = ContinuousClock.now
        let ran = try await trial.fleet(["resume", "gpu-[1-4]", "--recheck=gpu-check", "--yes"])
        #expect(ContinuousClock.now - begin < .seconds(120))
        #expect(ran.status == 2, "\(ran.out) \(ran.err)")
        #expect(!(ran.stdout + ran.stderr).contains(0x1b), "\(ran.out)")
        #expect(ran.stdout.count < 20_000, "\(ran.stdout.count) bytes of rows")
        for node in lies.keys { #expect(try await state(trial, node) == "drained", "\(node)") }
        let isBack = try await trial.cluster.eventually(within: 60) {
            try await state(trial, "gpu-4") == "idle"
        }
        #expect(isBack)
        for node in lies.keys {
            _ = try await trial.cluster.inside(node, "rm /usr/local/sbin/nvidia-smi")
        }
        let well = try await trial.fleet([
            "resume", "gpu-[1-3]", "--recheck=gpu-check", "--yes",
        ])
        #expect(well.status == 0, "\(well.out) \(well.err)")
    }

    /// In a folder that is open to all, the ordinary user puts a run of his that says it is root's, and the newest.
    private func forgedRuns(_ trial: Trial) async throws {
        let base = "\(trial.local)/open"
        let theirs = "\(trial.cluster.home)/operator/\(trial.cluster.name)"
        _ = try await Ran.run("/bin/sh", ["-c", "mkdir '\(base)' && chmod 1777 '\(base)'"])
        let own = ["FLEET_RUN_DIR": base]
        let sound = try await trial.fleet(["gpu-check", "--format", "json"], environment: own)
        let run = try sound.decoded(RunDocument.self).run.id
        try await trial.cluster.script("break", "gpu-2", "gpu-lost")
        // On a busy machine a node may be "idle*" for a moment, not responding, which is another exit code.
        let areThere = try await trial.cluster.eventually(within: 60) {
            for number in 1...4 where try await state(trial, "gpu-\(number)") != "idle" {
                return false
            }
            return true
        }
        #expect(areThere)
        let sick = try await Caller.user.fleet(trial, ["gpu-check"])
        #expect(sick.status == 1, "\(sick.out) \(sick.err)")
        try await trial.cluster.script("heal", "gpu-2")
        let forged = try await trial.asOperator(
            """
            set -e; cd '\(theirs)'; run=$(ls -d 2* | tail -n 1); cp -a "$run" '\(base)/30000101-000000-ffff'
            sed -i 's/"operator"/"root"/g; s/"'$run'"/"30000101-000000-ffff"/g' '\(base)/30000101-000000-ffff/run.json'
            """)
        #expect(forged.status == 0, "\(forged.err)")
        for words in [
            ["drain", "--from", "last", "--dry-run", "--force", "--max", "100%"],
            ["resume", "--from", "last", "--dry-run", "--force"], ["show", "last"],
            ["attach", "last"],
        ] {
            let ran = try await trial.fleet(words, environment: own)
            #expect(!ran.out.contains("30000101") && !ran.err.contains("30000101"), "\(words)")
            #expect(ran.err.contains("operator") && ran.err.contains("passed over"), "\(ran.err)")
            #expect(!ran.out.contains("would"), "\(words): \(ran.out)")
        }
        for words in [["drain", "--dry-run", "--from"], ["show"], ["attach"], ["cancel"]] {
            let ran = try await trial.fleet(words + ["30000101-000000-ffff"], environment: own)
            #expect(ran.status == 3, "\(words): \(ran.status) \(ran.out) \(ran.err)")
        }
        let listed = try await trial.fleet(["runs"], environment: own)
        #expect(listed.out.contains(run.suffix(4)) && !listed.out.contains("30000101"))
        _ = try await trial.fleet(
            ["runs", "prune", "--older-than", "1s", "--yes"], environment: own)
        #expect(FileManager.default.fileExists(atPath: "\(base)/30000101-000000-ffff/run.json"))
    }

    /// Root acts on a run of who called sudo; the files of that run lead to a file of root's.
    private func linkedRuns(_ trial: Trial) async throws {
        let secret = try trial.write("SECRET=4711\n", to: "secret")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
        let theirs = "\(trial.cluster.home)/operator/\(trial.cluster.name)"
        func number(_ flag: String) async throws -> String {
            try await Ran.run("/usr/bin/id", [flag, "operator"]).out.filter(\.isNumber)
        }
        let sudo = [
            "SUDO_USER": "operator", "SUDO_UID": try await number("-u"),
            "SUDO_GID": try await number("-g"),
            "FLEET_RUN_DIR": "\(trial.cluster.home)/{user}/\(trial.cluster.name)",
        ]
        for file in ["run.json", "journal.jsonl", "targets.json", "summary.json"] {
            let planted = try await trial.asOperator(
                """
                set -e; cd '\(theirs)'; run=$(ls -d 2* | tail -n 1); cp -a "$run" 29990101-000000-ffff
                sed -i 's/"'$run'"/"29990101-000000-ffff"/g' 29990101-000000-ffff/run.json
                ln -sf '\(secret)' '29990101-000000-ffff/\(file)'
                """)
            #expect(planted.status == 0, "\(planted.err)")
            let ran = try await trial.fleet(
                ["drain", "--from", "29990101-000000-ffff", "--dry-run"], environment: sudo)
            #expect(!ran.out.contains("4711") && !ran.err.contains("4711"), "\(file): \(ran.err)")
            _ = try await trial.asOperator("rm -r '\(theirs)/29990101-000000-ffff'")
        }
        let text = try String(contentsOf: URL(filePath: secret), encoding: .utf8)
        #expect(text == "SECRET=4711\n")
    }

    /// Root's fleet is given a TMPDIR of another user's, who is as fast as he can.
    private func temporaryFolder(_ trial: Trial) async throws {
        let folder = try TemporaryFolder()
        let theirs = try folder.folder("theirs", owner: OtherUser.id, mode: 0o755)
        let secret = try folder.secret()
        let victim = try folder.folder("victim")
        let loop = """
            for my $name (glob("* .fleet-* fleet*")) {
                rename $name, "kept"; symlink("\(secret)", $name); unlink $name;
                symlink("\(victim)", $name); unlink $name; mkdir $name; rmdir $name;
            }
            """
        try await OtherUser.while_(loop, in: theirs) {
            for _ in 0..<Fuzzing.rounds(200, few: 10) {
                let ran = try await Ran.run(
                    "/bin/sh",
                    [
                        "-c",
                        "echo 'echo well' | TMPDIR='\(theirs)' '\(trial.cluster.program)' run -n gpu-4 --stdin - -- cat",
                    ],
                    environment: [
                        "SLURM_CONF": trial.cluster.slurmConf, "FLEET_RUN_DIR": trial.runs,
                    ])
                // It may fail; what comes is never another text.
                #expect(ran.status != 0 || ran.out == "echo well\n", "\(ran.out) \(ran.err)")
                let local = try await Ran.run(
                    trial.cluster.program, ["health", "--local"], environment: ["TMPDIR": theirs])
                #expect([0, 1, 2].contains(local.status), "\(local.err)")
            }
        }
        #expect(try TemporaryFolder.isUntouched(secret))
        #expect(try FileManager.default.contentsOfDirectory(atPath: victim) == [])
    }
}
