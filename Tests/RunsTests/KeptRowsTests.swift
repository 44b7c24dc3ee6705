@testable import FanOut
import Glibc
import GPUCheck
import Platform
import Probes
@testable import Runs
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

/// The rows that a run has so far, whatever order they came in.
@Suite("Rows of kept runs") struct KeptRowsTests {
    private static let names = (1...9).map { "n\($0)" }

    private static func row(_ node: String, _ severity: Severity?, _ launcher: Launcher? = .job)
        -> NodeReport
    {
        NodeReport(
            result: NodeResult(
                node: node, outcome: severity == nil ? .notRun : .finished, launcher: launcher),
            judgement: severity.map { Judgement(findings: [Finding($0, code: "c", message: "m")]) },
            node: nil)
    }

    private static func stored(_ run: TestRun, _ rows: [NodeReport], head: String? = nil) throws
        -> StoredRun
    {
        let stored = StoredRun(run.directory, kinds: .all)
        try stored.begin(
            RunManifest(
                plan: run.plan,
                specification: CommandSpecification(
                    payload: Payload(arguments: ["true"], timeout: 9)),
                command: ["fleet"], user: "ann", cluster: "demo", started: 1,
                nodeCount: names.count + (head == nil ? 0 : 1), nodes: "n[1-9]", head: head,
                isStrict: false, ignoresNotRun: false), targets: TestRun.targets(names, .init(.job))
        )
        let journal = try stored.journal()
        for row in rows {
            // What a journal has besides rows.
            journal.write(
                .submitted(node: row.result.node, SubmittedJob(job: 1, attempt: 1)))
            journal.write(.row(row))
        }
        return stored
    }

    @Test("Whatever came in whatever order: each node is well or is left to do", arguments: 0..<12)
    func property(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let head = Bool.random(using: &random) ? "n3" : nil
        var rows: [NodeReport] = []
        for name in Self.names.shuffled(using: &random)
        where Int.random(in: 0...3, using: &random) > 0 {
            rows.append(Self.row(name, (Severity.allCases + [nil]).randomElement(using: &random)!))
        }
        if let head { rows.append(Self.row(head, .fail, .local)) }
        rows.shuffle(using: &random)
        let run = try TestRun()
        let kept = try KeptRun(Self.stored(run, rows, head: head))
        let nodes = rows.filter { $0.result.launcher != .local }
        let well = nodes.filter { $0.verdict == .ok || $0.verdict == .warn }.map(\.result.node)
        #expect(kept.unfinished == Self.names.filter { !well.contains($0) })
        // The head node first, then the nodes in the order in which they were selected.
        let named = Set(nodes.map(\.result.node))
        #expect(
            kept.rows.map(\.result.node) == (head.map { [$0] } ?? [])
                + Self.names.filter(named.contains))
        #expect(kept.rows.filter { $0.result.launcher == .local }.allSatisfy { $0.node == nil })
        let open = Self.names.count - named.count
        let total = Self.names.count + (head == nil ? 0 : 1)
        #expect(kept.isComplete == (open == 0))
        #expect(
            kept.openWords
                == (open == 0
                    ? nil
                    : "fleet: the run was left by its fleet: \(open) of \(total) nodes have no row yet; fleet attach r1")
        )
    }

    @Test("The row of a node that is no target stands for no target: the run is not whole")
    func strangers() throws {
        let run = try TestRun()
        // A node of another run, the head node of a run without one, and a target's name with a slash.
        let rows =
            Self.names.dropLast().map { Self.row($0, .info) }
            + [Self.row("n10", .info), Self.row("n9", .info, .local), Self.row("/n9", .info)]
        let kept = try KeptRun(Self.stored(run, rows))
        #expect(!kept.isComplete)
        #expect(
            kept.openWords
                == "fleet: the run was left by its fleet: 1 of 9 nodes have no row yet; fleet attach r1"
        )
        #expect(kept.unfinished == ["n9"] && kept.rows.count == 8)
    }

    @Test("A list of targets that is shorter than the run was makes it no run that is whole")
    func lostTargets() throws {
        let run = try TestRun()
        let stored = try Self.stored(run, Self.names.map { Self.row($0, .info) })
        #expect(try KeptRun(stored).isComplete)
        try run.directory.write(Array("[]".utf8), to: "targets.json")
        #expect(try !KeptRun(stored).isComplete)
    }

    @Test("While its fleet watches it, a run is going on")
    func goingOn() throws {
        let run = try TestRun()
        let stored = try Self.stored(run, [Self.row("n1", .info)])
        let lock = try #require(try RunLock.take(stored))
        #expect(
            try KeptRun(stored).openWords
                == "fleet: the run is going on: 8 of 9 nodes have no row yet; fleet attach r1")
        withExtendedLifetime(lock) {}
    }

    @Test("Of two rows of a node the first one counts, in every reader")
    func twice() throws {
        let run = try TestRun()
        let stored = try Self.stored(run, [Self.row("n1", .fail), Self.row("n1", .info)])
        #expect(try KeptRun(stored).rows.map(\.verdict) == [.fail])
        #expect(try KeptRun(stored).unfinished.first == "n1")
        let rows = RunRows()
        #expect(rows.add(Self.row("n1", .fail)) && !rows.add(Self.row("n1", .info)))
        #expect(rows.failures == 1)
    }

    @Test("Of many that bring the same row at once exactly one is first")
    func together() async {
        let rows = RunRows()
        let firsts = await withTaskGroup { group in
            for attempt in 0..<200 {
                group.addTask { rows.add(Self.row("n\(attempt % 10)", .unknown)) ? 1 : 0 }
            }
            return await group.reduce(0, +)
        }
        #expect(firsts == 10)
        #expect(rows.failures == 10)
    }

    @Test(
        "What nodes wrote is kept in memory only where somebody shows it", arguments: [false, true])
    func streams(_ keeps: Bool) {
        var row = Self.row("n1", .info)
        (row.result.stdout, row.result.stderr) = ([1], [2])
        let rows = RunRows([row], keepsStreams: keeps)
        row.result.node = "n2"
        _ = rows.add(row)
        for row in rows.ordered(targets: TestRun.targets(["n2", "n1"], .init(.job)), head: nil) {
            #expect(row.result.stdout == (keeps ? [1] : []))
            #expect(row.result.stderr == (keeps ? [2] : []))
        }
    }

    @Test("Rows of nodes that are no targets are shown nowhere")
    func foreign() {
        let rows = RunRows([Self.row("other", .fail), Self.row("n1", .info)])
        let ordered = rows.ordered(targets: TestRun.targets(["n1"], .init(.job)), head: "gone")
        #expect(ordered.map(\.result.node) == ["n1"])
        #expect(rows.has([]) && rows.has(["n1"]) && !rows.has(["n1", "n2"]))
    }

    @Test("Its own user goes on with a run; another's is refused with the words that help")
    func owner() throws {
        let run = try TestRun()
        var manifest = try Self.stored(run, []).manifest()
        let error = try #require(throws: RunStoreError.self) {
            try RunOwner.checkAll(manifest, cluster: "demo")
        }
        let own = Users.name(of: geteuid())
        #expect(
            error.description
                == "cannot go on with run r1: it was begun by ann, and this is \(own)\nDo it as ann, 'fleet show' too; its jobs: squeue --name=fleet-r1"
        )
        manifest.user = own
        try RunOwner.checkAll(manifest, cluster: "demo")
        // The cluster is looked at first: on another one even the user's own jobs are others.
        manifest.user = "ann"
        let other = try #require(throws: RunStoreError.self) {
            try RunOwner.checkAll(manifest, cluster: "Demo")
        }
        #expect(
            other.description
                == "cannot go on with run r1: it belongs to cluster 'demo', and this is 'Demo'\nSet SLURM_CONF to that cluster's slurm.conf."
        )
        #expect(error.kind == .otherCluster && other.kind == .otherCluster)
    }

    @Test("No value of --env is kept of any command line", arguments: 0..<40)
    func secrets(_ seed: UInt64) {
        var random = SeededRandom(seed)
        var words = ["fleet", "run"]
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let name = ["A", "TOKEN", "_x"].randomElement(using: &random) ?? ""
            let value =
                ["s3cret", "a=s3cret", "s3cret --", "=s3cret", ""]
                .randomElement(using: &random) ?? ""
            switch Int.random(in: 0..<3, using: &random) {
            case 0: words += ["--env", "\(name)=\(value)"]
            case 1: words += ["--env=\(name)=\(value)"]
            default: words += ["-n", "gpu-[1-8]"]
            }
        }
        let command = ["--", "env", "--env", "B=shown"]
        let kept = RunManifest.withoutValues(words + command)
        #expect(!kept.joined(separator: " ").contains("s3cret"))
        #expect(kept.count == words.count + command.count)
        #expect(kept.suffix(4).elementsEqual(command))
        // Names stay: they say what the run was given.
        #expect(
            kept.count { $0.hasPrefix("--env") } == words.count { $0.hasPrefix("--env") } + 1)
        // What is kept of what is kept is the same.
        #expect(RunManifest.withoutValues(kept) == kept)
    }
}
