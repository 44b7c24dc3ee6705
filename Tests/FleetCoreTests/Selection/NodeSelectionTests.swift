import FleetCore
import SlurmModel
import Testing

@Suite struct NodeSelectionTests {
    private static let partitions = ["gpu", "cpu", "all"].map { Partition(name: $0) }
    private static let nodes = [
        Node(name: "g1", partitions: ["gpu", "all"]),
        Node(
            name: "g2", partitions: ["gpu", "all"], state: NodeState(base: .idle, flags: [.drain])),
        Node(name: "c1", partitions: ["cpu", "all"], state: NodeState(base: .mixed)),
        Node(name: "x", state: NodeState(base: .down, flags: [.drain])),
    ]

    private func select(_ selection: NodeSelection) throws(SelectionError) -> [String] {
        try selection.select(from: Self.nodes, partitions: Self.partitions).map(\.name)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let selection: NodeSelection
        let names: [String]
        var testDescription: String { names.joined(separator: ",") }

        init(
            names: [String] = [], partitions: [String] = [], states: [StateSelector] = [],
            _ selected: String...
        ) {
            selection = NodeSelection(names: names, partitions: partitions, states: states)
            self.names = selected
        }
    }

    @Test(arguments: [
        Case("g1", "g2", "c1", "x"),
        // In slurmctld's order, each once, however they are named.
        Case(names: ["c1", "g1", "c1"], "g1", "c1"),
        Case(partitions: ["gpu"], "g1", "g2"), Case(partitions: ["cpu", "gpu"], "g1", "g2", "c1"),
        Case(partitions: ["all"], "g1", "g2", "c1"),
        Case(states: [.base(.idle)], "g1", "g2"), Case(states: [.flag(.drain)], "g2", "x"),
        Case(states: [.base(.mixed), .base(.down)], "c1", "x"),
        // The three kinds narrow each other.
        Case(names: ["g1", "g2", "x"], partitions: ["gpu"], states: [.flag(.drain)], "g2"),
        Case(names: ["x"], partitions: ["gpu"]), Case(states: [.flag(.maintenance)]),
    ])
    func selects(_ given: Case) throws {
        #expect(try select(given.selection) == given.names)
    }

    @Test func unknownNames() {
        #expect(throws: SelectionError.unknownNodes(["y", "z"])) {
            try select(NodeSelection(names: ["g1", "y", "z"]))
        }
        #expect(throws: SelectionError.unknownPartitions(["GPU"])) {
            try select(NodeSelection(partitions: ["gpu", "GPU"]))
        }
        // A name is not a pattern, and its case counts.
        #expect(throws: SelectionError.unknownNodes(["G1"])) {
            try select(NodeSelection(names: ["G1"]))
        }
    }

    @Test func errorTexts() {
        #expect(
            SelectionError.unknownNodes(["a"]).description
                == "Slurm knows no node 'a'; 'fleet status' lists the nodes.")
        #expect(
            SelectionError.unknownPartitions((1...7).map { "p\($0)" }).description
                == "Slurm knows no partition 'p1', 'p2', 'p3', 'p4', 'p5' and 2 more; "
                + "'fleet status' lists the partitions.")
        #expect(
            SelectionError.unknownState("x").description.hasPrefix(
                "'x' is no node state; use one of: unknown, down, idle,"))
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
