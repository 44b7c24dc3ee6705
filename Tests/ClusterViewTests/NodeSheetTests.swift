import Acting
@testable import ClusterView
import History
import Platform
import SlurmKit
import SlurmModel
@testable import Terminal
import Testing
import Verdicts

/// The sheet of one node: every flag has its word, every field that is set its line, and none that is not.
@Suite struct NodeSheetTests {
    private static let now = ComposedCluster.now

    private func lines(
        _ node: Node, jobs: [Job] = [], verdicts: [LastVerdict] = [],
        reservations: [Reservation] = [], rights: CommandRights = .whole
    ) -> [String] {
        let status = ClusterStatus(
            cluster: Cluster(name: "demo", partitions: [], nodes: [node]), nodes: [node],
            partitionNames: [], jobs: jobs, seesAllJobs: true,
            verdicts: verdicts.isEmpty ? [:] : [node.name: verdicts], generated: Self.now,
            canReboot: true, rights: rights)
        return NodeSheet(node, in: status, reservations: reservations).picture.lines(width: nil)
    }

    /// The values of a field, of which some have several.
    private func values(_ name: String, _ lines: [String]) -> [String] {
        lines.filter { $0.hasPrefix(name + " ") }.map {
            String($0.dropFirst(name.count).drop { $0 == " " })
        }
    }

    private func last(_ verdict: Verdict, age: Int = 60, message: String? = nil) -> LastVerdict {
        LastVerdict(
            node: "n1", check: "gpu-check", verdict: verdict, time: Self.now - age, run: "r1",
            user: "ann", message: message)
    }

    @Test(
        "Every state and every flag is in the first line, but for where a node comes from",
        arguments: NodeState.Base.allCases)
    func everyFlag(_ base: NodeState.Base) {
        for flag in NodeState.Flag.allCases {
            let state = NodeState(base: base, flags: [flag])
            let lines = lines(Node(name: "n1", state: state))
            #expect(lines[0] == "n1: \(state.words)")
            // What is the matter may begin with the word too.
            #expect(values("state", lines).last == state.text)
            guard ![.cloud, .dynamicFuture, .dynamicNorm].contains(flag) else { continue }
            // The flag changes what is read, whatever the base is.
            #expect(lines[0] != "n1: \(NodeState(base: base).words)", "\(state.text)")
        }
    }

    @Test("Fields that Slurm has no value for take no line")
    func bare() {
        let lines = lines(Node(name: "n1"), verdicts: [last(.ok)])
        let names = lines.dropFirst(2).compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
        #expect(names == ["state", "cpus", "memory", "check", "history"])
    }

    @Test("What few nodes have is shown where it is set, and not where it is 0 or usual")
    func oddities() {
        var node = Node(name: "n1")
        node.details.weight = 1
        node.details.specializedCores = 0
        node.details.specializedMemoryMiB = 0
        node.details.watts = 0
        node.details.comment = ""
        #expect(lines(node) == lines(Node(name: "n1")))
        node.details.weight = 0
        node.details.specializedCores = 2
        node.details.specializedMemoryMiB = 2_048
        node.details.watts = 3_200
        node.details.comment = "\u{1b}[2Jgone\n"
        node.details.owner = "ann"
        node.details.suspendSeconds = .unlimited
        node.details.resumeAfter = Self.now + 600
        let odd = lines(node)
        #expect(values("weight", odd) == ["0"] && values("kept cores", odd) == ["2"])
        #expect(values("kept memory", odd) == ["2.0 GiB"] && values("owner", odd) == ["ann"])
        #expect(values("comment", odd) == [#"\x1b[2Jgone\n"#])
        #expect(
            values("power", odd) == ["resumed by slurmctld in 10 min, never powered down, 3200 W"])
        node.details.suspendSeconds = .value(300)
        #expect(values("power", lines(node))[0].contains("powered down after 5 min idle"))
    }

    @Test(
        "Which GPUs are in use, and which are free where that can be told",
        arguments: [
            ([GPUCount(type: "h100", total: 8, used: 0, usedIndexes: [])], ["h100: 0 of 8 in use"]),
            (
                [GPUCount(type: nil, total: 4, used: 2, usedIndexes: [3, 0])],
                ["gpu: 2 of 4 in use: 0,3; free: 1-2"]
            ),
            (
                [GPUCount(type: nil, total: 2, used: 2, usedIndexes: [0, 1])],
                ["gpu: 2 of 2 in use: 0-1"]
            ),
            // Numbers that do not fit the count are not shown as if they did.
            ([GPUCount(type: nil, total: 8, used: 3, usedIndexes: [0])], ["gpu: 3 of 8 in use"]),
            ([GPUCount(type: nil, total: 2, used: 1, usedIndexes: [7])], ["gpu: 1 of 2 in use: 7"]),
            ([GPUCount(type: nil, total: 0, used: 1, usedIndexes: [0])], ["gpu: 1 of 0 in use: 0"]),
            // Two types are numbered together: what is free of one is not to be told.
            (
                [
                    GPUCount(type: "1g.10gb", total: 4, used: 1, usedIndexes: [0]),
                    GPUCount(type: "a100", total: 1, used: 0),
                ], ["1g.10gb (MIG): 1 of 4 in use: 0", "a100: 0 of 1 in use"]
            ),
            (
                [GPUCount(type: nil, total: 65_536, used: 1, usedIndexes: [0])],
                ["gpu: 1 of 65536 in use: 0"]
            ),
            // So many that a look through all for each would take minutes.
            (
                [GPUCount(type: nil, total: 65_535, used: 30_000, usedIndexes: Array(0..<30_000))],
                ["gpu: 30000 of 65535 in use: 0-29999; free: 30000-65534"]
            ),
        ] as [([GPUCount], [String])])
    func gpus(_ counts: [GPUCount], _ words: [String]) {
        #expect(values("gpus", lines(Node(name: "n1", gpus: counts))) == words)
    }

    @Test(
        "Shards and other resources, with what each GPU gave",
        arguments: [
            ("shard:8(-/4,3/4)", "5 of 8 in use; by GPU 0: whole GPU, 1: 3/4", "shard:5(-/4,3/4)"),
            ("shard:8", "0 of 8 in use", ""), ("shard:8", "0 of 8 in use", "(null),,gpu:x:y:"),
            ("shard:8", "0 of 8 in use", "shard:a:2"),
        ])
    func gres(_ configured: String, _ words: String, _ used: String) {
        var node = Node(name: "n1", gres: GRES.parse(configured))
        node.details.gresUsed = used
        #expect(values("shard", lines(node)) == [words])
    }

    @Test(
        "A reservation says whose it is and how long; one that ParallelCluster made, that it goes by itself"
    )
    func reservations() {
        func words(_ reservation: Reservation) -> [String] {
            values("reservation", lines(Node(name: "n1"), reservations: [reservation]))
        }
        #expect(
            words(
                Reservation(
                    name: "r", nodes: ["n1"], start: Self.now + 3_600, end: Self.now + 7_200,
                    users: ["ann", "bob"], accounts: ["ml"])) == [
                    "r, begins in 60 min, ends in 2 h, for ann, bob, accounts ml"
                ])
        #expect(words(Reservation(name: "r", nodes: ["n2"])).isEmpty)
        let own = words(Reservation(name: "pcluster-cr-0abc", nodes: ["n1"], isMaintenance: true))
        #expect(own[0].hasPrefix("pcluster-cr-0abc (maintenance), ParallelCluster's own"))
        // Where reservations were not loaded, slurmctld's own word for it stands there.
        var node = Node(name: "n1")
        node.details.reservation = "maint"
        #expect(values("reservation", lines(node)) == ["maint"])
    }

    @Test("Jobs in order of their numbers, those that clean up among them, those that ended not")
    func jobs() {
        func job(_ id: UInt32, _ state: Job.State, completing: Bool = false) -> Job {
            Job(
                id: id, name: "a\nb", state: state, isCompleting: completing, user: "ann",
                nodes: ["n1"], start: Self.now - 60, end: Self.now - 5)
        }
        let table = lines(
            Node(name: "n1"),
            jobs: [
                job(30, .suspended), job(4, .running), job(5, .completed, completing: true),
                job(6, .completed), job(7, .pending),
            ])
        let rows = table.suffix(3).map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            rows == [
                #"4 ann running 60 s 0 s a\nb"#, #"5 ann completing 60 s 0 s a\nb"#,
                #"30 ann suspended 60 s 0 s a\nb"#,
            ])
        #expect(!lines(Node(name: "n1")).contains { $0.contains("JOB") })
    }

    @Test(
        "A node that nobody looked at says so, with the command; a drained one with the flag that reaches it"
    )
    func unchecked() {
        #expect(lines(Node(name: "n1"))[1] == "not checked -> fleet health -n n1")
        let drained = Node(
            name: "n1", state: NodeState(base: .idle, flags: [.drain]),
            reason: NodeReason(text: "fleet: x [ann]", user: "root", time: Self.now - 60))
        #expect(
            lines(drained).prefix(3) == [
                "n1: drained by root 60 s ago: fleet: x [ann]",
                "-> when it is repaired: fleet resume -n n1",
                "not checked -> fleet health -n n1 --include-drained",
            ])
        let old = lines(Node(name: "n1"), verdicts: [last(.ok, age: 200_000)])
        #expect(old[1] == "last checked 2 d ago -> fleet health -n n1")
        // One that cannot be checked is not asked to be.
        let asleep = Node(name: "n1", state: NodeState(base: .idle, flags: [.cloud, .poweredDown]))
        #expect(!lines(asleep).contains { $0.contains("not checked") })
    }

    @Test(
        "What a check said stands with its time, its user, its run and how often; its words steer nothing"
    )
    func checks() {
        var failed = last(.fail, age: 7_200, message: "GPU 3: \u{1b}]0;x\u{7}Xid 79")
        failed.recent = "offof"
        failed.since = Self.now - 90_000
        let told = lines(Node(name: "n1"), verdicts: [failed])
        #expect(
            values("check", told).first
                == #"gpu-check fail 2 h ago by ann (run r1), failed 3 of the last 5: GPU 3: \x1b]0;x\x07Xid 79"#
        )
        #expect(
            told[1]
                == #"gpu-check failed, failed 3 of the last 5, since 25 h: GPU 3: \x1b]0;x\x07Xid 79"#
        )
        #expect(values("history", told) == ["fleet history n1"])
    }

    @Test("Who may not change nodes is told how, once, and only where a command needs it")
    func rights() {
        let user = CommandRights(
            user: 4_242, slurmUser: "slurm", hasSudo: true, losesSlurmConf: false)
        let note = "sudo: changing nodes takes root, SlurmUser or AdminLevel Administrator"
        let sick = lines(Node(name: "n1"), verdicts: [last(.fail, message: "m")], rights: user)
        #expect(sick.filter { $0 == note }.count == 1)
        #expect(
            sick.contains(
                "-> it still takes jobs; drain it: sudo fleet drain -n n1 --reason 'gpu-check: m'"))
        #expect(!lines(Node(name: "n1"), verdicts: [last(.ok)], rights: user).contains(note))
    }
}
