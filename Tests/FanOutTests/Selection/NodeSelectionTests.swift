import FanOut
import SlurmModel
import Testing

@Suite struct NodeSelectionTests {
    private static let facts = SelectionFacts(
        nodes: [
            Node(
                name: "g1", partitions: ["gpu", "all"],
                gres: [GRES(name: "gpu", type: "h100", count: 8)], features: ["h100", "efa"]),
            Node(
                name: "g2", partitions: ["gpu", "all"],
                state: NodeState(base: .idle, flags: [.drain]),
                gres: [
                    GRES(name: "gpu", type: "a100", count: 4),
                    GRES(name: "gpu", type: "a100", count: 4),
                    GRES(name: "shard", count: 16),
                ],
                features: ["a100", "old"]),
            Node(
                name: "c1", partitions: ["cpu", "all"], state: NodeState(base: .mixed),
                features: ["efa"]),
            Node(
                name: "x", state: NodeState(base: .down, flags: [.drain]),
                gres: [GRES(name: "gpu", count: 2)]),
        ],
        partitions: ["gpu", "cpu", "all"].map { Partition(name: $0) },
        jobs: [
            Job(id: 1, state: .running, user: "ann", nodes: ["g1", "c1"]),
            Job(id: 2, state: .suspended, user: "bob", nodes: ["g2"]),
            Job(id: 3, state: .pending, user: "ann"),
            Job(id: 4, state: .completed, isCompleting: true, user: "ann", nodes: ["x"]),
            Job(id: 10, state: .running, nodes: ["g1"], group: 10, arrayTask: 7),
            Job(id: 11, state: .running, nodes: ["c1"], group: 10, arrayTask: 8),
            Job(id: 12, state: .pending, group: 10),
            Job(id: 20, state: .running, nodes: ["g2"], group: 20),
            Job(id: 21, state: .running, nodes: ["x", "gone"], group: 20),
        ],
        reservations: [
            Reservation(name: "r1", nodes: ["g1", "g2"]), Reservation(name: "r2", nodes: ["c1"]),
            Reservation(name: "licenses"),
        ])

    private func select(
        _ selection: NodeSelection, failed: [String] = []
    ) throws(SelectionError) -> [String] {
        var facts = Self.facts
        facts.failed = failed
        return try selection.select(from: facts).map(\.name)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let selection: NodeSelection
        let names: [String]
        var testDescription: String { names.joined(separator: ",") }

        init(_ selection: NodeSelection, _ names: String...) {
            self.selection = selection
            self.names = names
        }
    }

    @Test(arguments: [
        Case(NodeSelection(), "g1", "g2", "c1", "x"),
        // In slurmctld's order, each once, however they are named.
        Case(NodeSelection(names: ["c1", "g1", "c1"]), "g1", "c1"),
        Case(NodeSelection(excluded: ["g2", "x", "x"]), "g1", "c1"),
        Case(NodeSelection(names: ["g1", "g2"], excluded: ["g2", "c1"]), "g1"),
        Case(NodeSelection(names: ["g1"], excluded: ["g1"])),
        Case(NodeSelection(partitions: ["gpu"]), "g1", "g2"),
        Case(NodeSelection(partitions: ["cpu", "gpu"]), "g1", "g2", "c1"),
        Case(NodeSelection(partitions: ["all"]), "g1", "g2", "c1"),
        // All kinds narrow each other.
        Case(
            NodeSelection(
                names: ["g1", "g2", "x"], partitions: ["gpu"],
                states: WordFilter(any: [.flag(.drain)])), "g2"),
        Case(NodeSelection(names: ["x"], partitions: ["gpu"])),
        Case(NodeSelection(partitions: ["gpu"], jobs: [JobSelector(id: 1)]), "g1"),
        Case(NodeSelection(jobs: [JobSelector(id: 1)], users: ["bob"])),
        Case(NodeSelection(jobs: [JobSelector(id: 1)], reservations: ["r2"]), "c1"),
        Case(NodeSelection(excluded: ["g1"], users: ["ann"], reservations: ["r1", "r2"]), "c1"),
    ])
    func selects(_ given: Case) throws {
        #expect(try select(given.selection) == given.names)
    }

    @Test(
        arguments: [
            ("idle", "g1 g2"), ("drain", "g2 x"), ("mixed,down", "c1 x"), ("!drain", "g1 c1"),
            ("idle,!drain", "g1"), ("!idle", "c1 x"), ("!idle,!mixed", "x"),
            ("!drain,idle,mixed", "g1 c1"), ("maint", ""), ("!maint", "g1 g2 c1 x"),
            ("drain,!drain", ""),
        ] as [(String, String)])
    func states(_ words: String, _ names: String) throws {
        let states = try WordFilter(
            words.split(separator: ",").map(String.init), read: StateSelector.init)
        #expect(try select(NodeSelection(states: states)).joined(separator: " ") == names)
    }

    @Test(
        arguments: [
            ("h100", "g1"), ("h100,a100", "g1 g2"), ("h100&efa", "g1"), ("a100&efa", ""),
            ("!efa", "g2 x"), ("!efa&!old", "x"), ("!efa,!old", "x"), ("efa&!h100", "c1"),
            // A negated word narrows the others.
            ("efa,a100,!old", "g1 c1"), ("efa&!h100,a100", "g2 c1"), ("a100&!old,h100", "g1"),
            ("!nosuch", "g1 g2 c1 x"), ("nosuch", ""), ("H100", ""),
        ] as [(String, String)])
    func features(_ words: String, _ names: String) throws {
        let features = try WordFilter(features: words.split(separator: ",").map(String.init))
        #expect(try select(NodeSelection(features: features)).joined(separator: " ") == names)
    }

    @Test(
        arguments: [
            ("gpu", "g1 g2 x"), ("gpu:h100", "g1"), ("gpu:h100:8", "g1"), ("gpu:h100:9", ""),
            // Entries of one type, one for each socket, add up; the type may be left out.
            ("gpu:a100:8", "g2"), ("gpu:8", "g1 g2"), ("gpu:2", "g1 g2 x"), ("gpu:9", ""),
            ("shard", "g2"), ("shard:16", "g2"), ("shard:17", ""), ("mps", ""),
            ("gpu:h100,shard", "g1 g2"), ("!gpu", "c1"), ("gpu,!shard", "g1 x"), ("gpu:H100", ""),
        ] as [(String, String)])
    func resources(_ words: String, _ names: String) throws {
        let resources = try WordFilter(
            words.split(separator: ",").map(String.init), read: GRESSelector.init)
        #expect(try select(NodeSelection(resources: resources)).joined(separator: " ") == names)
    }

    @Test(
        arguments: [
            ("1", "g1 c1"), ("2", "g2"), ("1,2", "g1 g2 c1"), ("10", "g1 c1"), ("10_7", "g1"),
            ("11", "c1"), ("20", "g2 x"), ("21", "x"),
        ] as [(String, String)])
    func jobs(_ words: String, _ names: String) throws {
        let jobs = try words.split(separator: ",").map { try JobSelector(String($0)) }
        #expect(try select(NodeSelection(jobs: jobs)).joined(separator: " ") == names)
    }

    @Test(
        arguments: [
            (["ann"], "g1 c1"), (["bob"], "g2"), (["ann", "bob"], "g1 g2 c1"), (["eve"], ""),
        ] as [([String], String)])
    func users(_ users: [String], _ names: String) throws {
        #expect(try select(NodeSelection(users: users)).joined(separator: " ") == names)
    }

    @Test func reservations() throws {
        #expect(try select(NodeSelection(reservations: ["r1"])) == ["g1", "g2"])
        #expect(try select(NodeSelection(reservations: ["r1", "r2"])) == ["g1", "g2", "c1"])
        #expect(try select(NodeSelection(reservations: ["licenses"])) == [])
    }

    /// What failed and is gone since is nobody's mistake; a run in which nothing failed selects nothing, never all.
    @Test func failed() throws {
        let last = NodeSelection(failedFrom: "last")
        #expect(try select(last, failed: ["x", "gone", "g1"]) == ["g1", "x"])
        #expect(try select(last, failed: ["gone"]) == [])
        #expect(try select(last) == [])
        #expect(try select(NodeSelection(), failed: ["g1"]).count == 4)
    }

    @Test func limits() throws {
        #expect(try select(NodeSelection(limit: 2)) == ["g1", "g2"])
        #expect(try select(NodeSelection(limit: 9)).count == 4)
        #expect(try select(NodeSelection(excluded: ["g1"], limit: 1)) == ["g2"])
        // Only what the command is for counts.
        let one = try NodeSelection(limit: 1).select(from: Self.facts) { $0.name == "c1" }
        #expect(one.map(\.name) == ["c1"])
    }

    /// Every node has its turn, and the sample stays in slurmctld's order.
    @Test func samples() throws {
        let order = Self.facts.nodes.map(\.name)
        var seen: Set<String> = []
        for _ in 0..<200 {
            let names = try select(NodeSelection(limit: 2, isRandom: true))
            #expect(Set(names).count == 2)
            #expect(names == order.filter(names.contains))
            seen.formUnion(names)
        }
        #expect(seen == Set(order))
        #expect(try select(NodeSelection(limit: 4, isRandom: true)) == order)
    }

    @Test func needs() {
        #expect(!NodeSelection(names: ["a"], failedFrom: "last").needsJobs)
        #expect(!NodeSelection(jobs: [JobSelector(id: 1)]).needsReservations)
        #expect(NodeSelection(jobs: [JobSelector(id: 1)]).needsJobs)
        #expect(NodeSelection(users: ["a"]).needsJobs)
        #expect(NodeSelection(reservations: ["r"]).needsReservations)
    }

    @Test func unknownNames() {
        #expect(throws: SelectionError.unknownNodes(["y", "z"])) {
            try select(NodeSelection(names: ["g1", "y", "z"]))
        }
        #expect(throws: SelectionError.unknownNodes(["z", "y"])) {
            try select(NodeSelection(names: ["g1", "z"], excluded: ["y"]))
        }
        #expect(throws: SelectionError.unknownReservations(["R1"])) {
            try select(NodeSelection(reservations: ["r1", "R1"]))
        }
        #expect(throws: SelectionError.unknownPartitions(["GPU"])) {
            try select(NodeSelection(partitions: ["gpu", "GPU"]))
        }
        // A name is not a pattern, and its case counts.
        #expect(throws: SelectionError.unknownNodes(["G1"])) {
            try select(NodeSelection(names: ["G1"]))
        }
    }

    @Test func jobsWithoutNodes() {
        #expect(throws: SelectionError.unknownJobs(["99", "10_9"])) {
            try select(
                NodeSelection(jobs: [
                    JobSelector(id: 1), JobSelector(id: 99), JobSelector(id: 10, task: 9),
                ]))
        }
        #expect(throws: SelectionError.jobNotRunning("3", state: .pending)) {
            try select(NodeSelection(jobs: [JobSelector(id: 1), JobSelector(id: 3)]))
        }
        // Its nodes are still cleaning up, and may be another's already.
        #expect(throws: SelectionError.jobNotRunning("4", state: .completed)) {
            try select(NodeSelection(jobs: [JobSelector(id: 4)]))
        }
    }

    @Test(arguments: [
        "", "a", "-1", "+1", "0", "1_", "_1", "1_2_3", "1_a", "1.0", "99999999999", "1+0",
    ])
    func malformedJobs(_ word: String) {
        #expect(
            throws: SelectionError.malformed(
                flag: "--job", word: word, hint: "as in 1234 or 1234_7")
        ) { try JobSelector(word) }
    }

    @Test(arguments: ["", "!", "a&", "&a", "a&&b", "!!a", "a|b", "[a]", "a&!", "a*2"])
    func malformedFeatures(_ word: String) {
        #expect(
            throws: SelectionError.malformed(
                flag: "--feature", word: word, hint: "as in h100&efa,a100,!old")
        ) { try FeatureClause(word) }
    }

    @Test(arguments: [
        "", "8", "gpu:", "gpu::8", "gpu:0", "gpu:h100:0", "gpu:-1", "gpu:4(S:0)", "(null)",
    ])
    func malformedResources(_ word: String) {
        #expect(
            throws: SelectionError.malformed(
                flag: "--gres", word: word, hint: "as in gpu, gpu:h100 or gpu:h100:8")
        ) { try GRESSelector(word) }
    }

    @Test func negatedStatesMustExist() {
        #expect(throws: SelectionError.unknownState("sleepy")) {
            try WordFilter(["idle", "!sleepy"], read: StateSelector.init)
        }
        #expect(throws: SelectionError.unknownState("")) {
            try WordFilter(["!"], read: StateSelector.init)
        }
    }

    @Test func errorTexts() {
        #expect(
            SelectionError.unknownReservations(["r"]).description
                == "Slurm knows no reservation 'r'; "
                + "'scontrol show reservation' lists the reservations.")
        #expect(
            SelectionError.unknownJobs(["7"]).description
                == "Slurm knows no job '7'; 'squeue' lists the jobs.")
        #expect(
            SelectionError.jobNotRunning("7", state: .nodeFail).description
                == "Job 7 holds no nodes: it is node_fail.")
        #expect(
            SelectionError.malformed(flag: "--job", word: "a", hint: "as in 1").description
                == "--job: cannot read 'a'; write it as in 1.")
        #expect(
            SelectionError.unknownNodes(["a"]).description
                == "Slurm knows no node 'a'; 'fleet status' lists the nodes.")
        #expect(
            SelectionError.unknownPartitions((1...7).map { "p\($0)" }).description
                == "Slurm knows no partition 'p1', 'p2', 'p3', 'p4', 'p5' and 2 more; "
                + "'fleet status' lists the partitions.")
        #expect(
            SelectionError.unknownState("x").description.hasPrefix(
                "--state: 'x' is no node state such as idle, "))
    }

    @Test(
        arguments: [
            ("idle", .base(.idle)), ("IDLE", .base(.idle)), ("alloc", .base(.allocated)),
            ("mix", .base(.mixed)), ("unk", .base(.unknown)), ("futr", .base(.future)),
            ("drain", .flag(.drain)), ("DRAINED", .flag(.drain)), ("drng", .flag(.drain)),
            ("Draining", .flag(.drain)), ("maint", .flag(.maintenance)),
            ("comp", .flag(.completing)), ("resv", .flag(.reserved)), ("plnd", .flag(.planned)),
            ("no_respond", .flag(.notResponding)), ("failing", .flag(.fail)),
            ("inval", .flag(.invalidRegistration)), ("powered_down", .flag(.poweredDown)),
        ] as [(String, StateSelector)])
    func stateWords(_ word: String, _ selector: StateSelector) throws {
        #expect(try StateSelector(word) == selector)
    }

    @Test("A run whose nodes are all well is told, and is no empty selection")
    func allWell() {
        let last = NodeSelection(failedFrom: "last")
        let well = last.allWell { _ in [] }
        #expect(well == "fleet: every node of run last is well: nothing to do")
        let failed = last.allWell { $0 == "last" ? ["g1"] : [] }
        #expect(failed == nil)
        let other = NodeSelection(names: ["g1"]).allWell { _ in [] }
        #expect(other == nil)
    }

    @Test func everyListedWordIsUnderstood() throws {
        for word in StateSelector.words {
            switch try StateSelector(word) {
            case .base(let base): #expect(base.rawValue == word)
            case .flag(let flag): #expect(flag.rawValue == word)
            }
        }
    }

    @Test(arguments: ["", " ", "idle ", "idle*", "down~", "idle+drain", "idle,down", "nonsense"])
    func unknownStates(_ word: String) {
        #expect(throws: SelectionError.unknownState(word)) { try StateSelector(word) }
    }
}
