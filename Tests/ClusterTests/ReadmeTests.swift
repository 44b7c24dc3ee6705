import FoundationEssentials
import Testing

/// README's nights, typed: on a cluster where it happened, each command is one, and comes to a result.
@Suite(
    .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct ReadmeTests {
    /// The commands below a heading: the lines of its fenced blocks.
    private static func commands(below heading: String, in file: String) throws -> [String] {
        let text = try String(
            contentsOf: URL(filePath: "\(Place.repository)/\(file)"), encoding: .utf8)
        var commands: [String] = []
        var isThere = false
        var isFenced = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## ") { isThere = line == "## \(heading)" }
            guard isThere else { continue }
            if line == "```" {
                isFenced.toggle()
            } else if isFenced {
                commands.append(String(line))
            }
        }
        return commands
    }

    @Test("Each command of the nights comes to a result on a cluster where it happened")
    func nights() async throws {
        let commands = try Self.commands(below: "When this happens, type that", in: "README.md")
        #expect(commands.count > 15 && commands.allSatisfy { $0.hasPrefix("fleet ") })
        #expect(
            try Self.commands(below: "이런 일이 생기면 이렇게 입력하세요", in: "README.ko.md") == commands)
        try await Trial.with { trial in
            try await trial.cluster.script("break", "gpu-2", "gpu-lost")
            try await trial.cluster.script("break", "gpu-3", "lustre-module")
            try await trial.cluster.slurm(
                "scontrol", "update", "nodename=gpu-4", "state=drain", "reason=fan replacement")
            for command in commands {
                let ran = try await trial.shell(command)
                // 1 and 2 are results: there are sick nodes.
                #expect([0, 1, 2].contains(ran.status), "\(command): \(ran.status): \(ran.err)")
                #expect(!ran.err.contains("error"), "\(command): \(ran.err)")
                // Of a run in which nothing failed its closing line is all there is to show.
                #expect(
                    !ran.out.isEmpty || ran.err.contains("fleet: ") || ran.err.contains("(run "),
                    "\(command): \(ran.err)")
            }
            let states = try await trial.cluster.slurm("sinfo", "-h", "-N", "-o", "%N %T").out
            #expect(states.contains("gpu-2 drained"), "\(states)")
            #expect(states.contains("gpu-4 idle"), "\(states)")
        }
    }

    @Test(
        "What health and status say to type next is taken by bash as it stands, and the drain works"
    )
    func next() async throws {
        try await Trial.with { trial in
            for node in ["gpu-1", "gpu-2", "gpu-3"] {
                try await trial.cluster.script("break", node, "lustre-module")
            }
            try await trial.cluster.slurm(
                "scontrol", "update", "nodename=gpu-3", "state=drain", "reason=x")
            let health = try await trial.fleet(["health", "--include-drained"])
            let next = health.err.split(separator: "\n").filter { $0.hasPrefix("    fleet ") }
            #expect(next.count == 2, "\(health.err)")
            for command in next {
                // A hostlist without quotes would be a pattern that fits no file.
                let ran = try await trial.shell("shopt -s failglob; cd /; \(command) --dry-run")
                #expect([0, 1].contains(ran.status), "\(command): \(ran.err)")
                #expect(!ran.out.contains("not run"), "\(command): \(ran.out)")
            }
            // The reason that sinfo -R cuts at 20 characters says what it is.
            let drain = try #require(next.first { $0.contains("fleet drain") }, "\(next)")
            // Three of four nodes: without the --max that is printed it would be refused.
            #expect(drain.contains(" --max 3"), "\(drain)")
            let drained = try await trial.shell("\(drain) --yes")
            // gpu-3 is drained by somebody else, and left so.
            #expect(drained.status == 2, "\(drained.out) \(drained.err)")
            #expect(drained.out.contains("left alone"), "\(drained.out)")
            let reasons = try await trial.cluster.slurm("sinfo", "-R", "-h", "-o", "%.20E").out
            #expect(reasons.contains("fleet: mount.no_modu"), "\(reasons)")
        }
    }

    @Test("The drain that status and node print works as it stands, above the limit too")
    func statusDrain() async throws {
        try await Trial.with { trial in
            try await trial.cluster.script("break", "gpu-1", "gpu-lost")
            try await trial.cluster.script("break", "gpu-2", "lustre-module")
            _ = try await trial.fleet(["health"])
            for node in ["gpu-1", "gpu-2"] {
                let sheet = try await trial.fleet(["node", node])
                let line = try #require(
                    sheet.out.firstMatch(of: #/fleet drain [^\n]*/#), "\(sheet.out)")
                let ran = try await trial.shell("\(line.output) --yes")
                #expect(ran.status == 0, "\(line.output): \(ran.err)")
            }
            let states = try await trial.cluster.slurm("sinfo", "-h", "-N", "-o", "%N %T").out
            #expect(
                states.contains("gpu-1 drained") && states.contains("gpu-2 drained"), "\(states)")
            // A repair says how the node comes back, and that works as it stands, too.
            let repaired = try await trial.fleet([
                "mount-lustre", "-n", "gpu-2", "--include-drained",
            ])
            let back = try #require(
                repaired.err.firstMatch(of: #/fleet resume [^\n]*/#), "\(repaired.err)")
            let resumed = try await trial.shell("\(back.output) --yes")
            #expect(resumed.status == 0 && resumed.out.contains("resumed"), "\(resumed.err)")
        }
    }
}
