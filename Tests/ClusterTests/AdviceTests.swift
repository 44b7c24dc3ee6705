import Foundation
import TestSupport
import Testing

/// What fleet prints to be typed next works for whoever reads it: root, and an ordinary user with sudo.
@Suite(
    "advice", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(40)))
struct AdviceTests {
    private static let sudo = "sudo --preserve-env=SLURM_CONF "

    /// A trial with what sudo would make of a command of the operator's.
    private struct Caller {
        let trial: Trial
        let user: String
        let group: String

        init(_ trial: Trial) async throws {
            func number(_ flag: String) async throws -> String {
                try await Ran.run("/usr/bin/id", [flag, "operator"]).out.filter(\.isNumber)
            }
            self.trial = trial
            user = try await number("-u")
            group = try await number("-g")
        }

        /// Types a command as the ordinary user.
        func user(_ line: String) async throws -> Ran {
            try await trial.asOperator("'\(trial.cluster.program)' \(line)")
        }

        /// Pastes printed commands that begin with sudo, more words behind each: sudo keeps SLURM_CONF alone.
        func pasted(_ command: String, _ more: String = "") async throws -> Ran {
            let words = try #require(
                command.hasPrefix(AdviceTests.sudo)
                    ? command.dropFirst(AdviceTests.sudo.count) : nil,
                "\(command)")
            return try await Ran.run(
                "/bin/bash",
                ["-c", "fleet() { '\(trial.cluster.program)' \"$@\"; }; \(words) \(more)"],
                environment: [
                    "SLURM_CONF": trial.cluster.slurmConf, "SUDO_USER": "operator",
                    "SUDO_UID": user, "SUDO_GID": group, "HOME": "\(trial.cluster.home)/root",
                ])
        }
    }

    /// The printed lines that are commands, without what stands before and behind them.
    private static func commands(_ text: String, _ name: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            guard
                let start = line.firstRange(of: sudo + "fleet \(name)")
                    ?? line.firstRange(of: "fleet \(name)")
            else { return nil }
            let rest = line[start.lowerBound...]
            return String(rest[..<(rest.firstRange(of: "  #")?.lowerBound ?? rest.endIndex)])
        }
    }

    @Test("From the finding to the repaired node, an ordinary user types what is printed")
    func theWay() async throws {
        try await Trial.with(["--nodes", "3", "--conf", "RebootProgram=/bin/true"]) { trial in
            let caller = try await Caller(trial)
            try await trial.cluster.script("break", "gpu-2", "gpu-lost")
            let found = try await caller.user("health")
            #expect(found.status == 1, "\(found.err)")
            let drain = try #require(Self.commands(found.err, "drain").first, "\(found.err)")
            let reboot = try #require(Self.commands(found.err, "reboot").first, "\(found.err)")
            #expect(found.err.split(separator: "\n").count { $0.contains("(sudo: ") } == 1)
            // Before anybody drained it, status names the same, and again once who may.
            let status = try await caller.user("status")
            for name in ["drain", "reboot"] {
                let line = try #require(Self.commands(status.out, name).first, "\(status.out)")
                let planned = try await caller.pasted(line, "--dry-run")
                #expect(planned.status == 0 && planned.out.contains("gpu-2"), "\(planned.err)")
            }
            let rebooted = try await caller.pasted(reboot, "--dry-run")
            #expect(rebooted.status == 0 && rebooted.out.contains("gpu-2"), "\(rebooted.err)")
            let drained = try await caller.pasted(drain, "--yes")
            #expect(drained.status == 0, "\(drained.err)")
            #expect(drained.err.contains("health by operator"), "\(drained.err)")

            try await theDrainedNode(caller)
            try await theOtherRuns(caller)

            try await trial.cluster.script("heal", "gpu-2")
            let after = try await caller.user("health")
            let resume = try #require(Self.commands(after.err, "resume").first, "\(after.err)")
            let back = try await caller.pasted(resume, "--yes")
            #expect(back.status == 0 && back.out.contains("resumed"), "\(back.out) \(back.err)")
            // The check and the resumption have one summary.
            #expect(
                back.err.split(separator: "\n").count { $0.hasPrefix("1 node: ") } == 1,
                "\(back.err)")
        }
    }

    /// What is told of a node that was drained for its finding.
    private func theDrainedNode(_ caller: Caller) async throws {
        let status = try await caller.user("status")
        #expect(
            status.out.split(separator: "\n").count { $0.contains("gpu.lost") } == 1,
            "\(status.out)")
        #expect(status.out.contains("drained by root; gpu-check failed"), "\(status.out)")
        let resume = try #require(Self.commands(status.out, "resume").first, "\(status.out)")
        #expect(resume == Self.sudo + "fleet resume -n gpu-2 --recheck")
        let health = try await caller.user("health --ignore-not-run")
        #expect(health.out.contains("last verdict: fail"), "\(health.out)")
        // Without a check it is resumed, but not silently: root knows of the drain, then of a check of its own.
        let unchecked = try await caller.pasted(Self.sudo + "fleet resume gpu-2 --dry-run")
        #expect(unchecked.out.contains("no check has passed since; --recheck"), "\(unchecked.out)")
        let look = try #require(Self.commands(health.err, "health").first, "\(health.err)")
        #expect(try await caller.pasted(look).status == 1)
        let plan = try await caller.pasted(Self.sudo + "fleet resume gpu-2 --dry-run")
        #expect(plan.out.contains("its last gpu-check failed"), "\(plan.out)")
        #expect(plan.out.contains("--recheck makes it again first"), "\(plan.out)")
        // --recheck does not swallow the node without a word.
        for words in [["resume", "--recheck", "gpu-2"], ["resume", "--recheck=gpu-[1-2]"]] {
            let swallowed = try await caller.trial.fleet(words + ["--yes"])
            #expect(swallowed.status == 64, "\(swallowed.err)")
            #expect(
                swallowed.err.contains("it names nodes. Put them first: fleet resume"),
                "\(swallowed.err)")
        }
        // It has a reason already, which another node has not.
        #expect(try await caller.trial.fleet(["reboot", "gpu-2", "--dry-run"]).status == 0)
        let bare = try await caller.trial.fleet(["reboot", "gpu-[1-2]", "--dry-run"])
        #expect(
            bare.status == 64 && bare.err.contains("--reason is needed for gpu-1:"), "\(bare.err)")
    }

    /// Runs that --from cannot take, with what was meant instead.
    private func theOtherRuns(_ caller: Caller) async throws {
        let ran = try await caller.user("run -n gpu-1 -- true")
        let id = try #require(ran.err.firstMatch(of: #/run (\d+-\d+-[0-9a-f]+)/#)?.1)
        let root = try await caller.trial.fleet(["drain", "--from", String(id), "--dry-run"])
        #expect(root.status == 64, "\(root.err)")
        #expect(
            root.err.contains(
                "types, in a shell that is not root's: sudo fleet drain --from \(id)"),
            "\(root.err)")
        _ = try await caller.trial.fleet(["gpu-check", "--include-drained"])
        _ = try await caller.trial.fleet(["run", "-n", "gpu-1", "--", "true"])
        let last = try await caller.trial.fleet(["drain", "--from", "last", "--dry-run"])
        #expect(last.status == 64, "\(last.err)")
        let meant = try #require(
            last.err.firstMatch(
                of: #/newest check with failures is gpu-check \(1 node\): fleet (drain --from \S+)/#
            )?.1,
            "\(last.err)")
        let again = try await caller.trial.fleet(
            meant.split(separator: " ").map(String.init) + ["--dry-run"])
        #expect(again.status == 0, "\(again.err)")
    }

    @Test("A rehearsal of mount-lustre is called so in the history, and is no repair")
    func rehearsal() async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            #expect(try await trial.fleet(["mount-lustre", "--dry-run"]).status == 0)
            for words in [["history"], ["history", "gpu-1"]] {
                let told = try await trial.fleet(words)
                #expect(told.out.contains("mount-lustre --dry-run"), "\(told.out) \(told.err)")
            }
            // Whoever may not change anything learns all the same why a reboot would not work.
            let doctor = try await trial.asOperator("'\(trial.cluster.program)' doctor --no-job")
            #expect(doctor.out.contains("RebootProgram"), "\(doctor.out)")
        }
    }

    /// What the lists of findings and of repairs' failures say to type, with the words in capitals filled in.
    private static func remedies(_ trial: Trial) async throws -> [String] {
        let names: Set<String> = [
            "mount-lustre", "check-mount", "gpu-check", "health", "drain", "resume", "reboot",
            "run",
            "check", "show", "history", "status", "node", "nodes", "runs", "doctor", "attach",
            "cancel",
        ]
        let listed = try await trial.fleet(["health", "--explain", "all"])
        #expect(listed.status == 0)
        var texts = listed.out.split(separator: "\n").filter { $0.contains("what to do") }
            .map(String.init)
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/LustreCheck/Repair")
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where file.hasPrefix("MountFailureCatalogue") {
            let code = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            texts += code.matches(of: #/"([^"\\]*fleet [^"\\]*)"/#).map { String($0.1) }
        }
        let filled = [
            "{nodes}": "gpu-1", "NID": "10.0.0.1@tcp", "FSNAME": "fsx", "FOLDER": "/lustre",
            "KERNEL": "6.1.0-1-aws",
        ]
        return Set(texts.flatMap { PrintedCommands.find(in: $0, names: names) }).sorted().map {
            line in
            filled.reduce(line) { $0.replacing($1.key, with: $1.value) }
        }
    }

    @Test("Each command of the catalogues works when it is pasted: it plans, and is no usage error")
    func catalogue() async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            let lines = try await Self.remedies(trial)
            #expect(lines.contains("fleet mount-lustre") && lines.count >= 5, "\(lines)")
            for line in lines {
                let name = line.split(separator: " ")[1]
                let help = try await trial.fleet([String(name), "--help"])
                let more = help.out.contains("--dry-run") ? " --dry-run" : ""
                let ran = try await trial.shell(line + more)
                #expect(
                    ran.status != 64 && ran.status != 3, "\(line)\(more): \(ran.status) \(ran.err)")
            }
            // A planted one is seen.
            #expect(
                try await trial.shell("fleet mount-lustre --source nonsense --dry-run").status == 64
            )
        }
    }
}
