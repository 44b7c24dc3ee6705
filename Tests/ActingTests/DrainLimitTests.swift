@testable import Acting
import SlurmModel
import Testing

@Suite struct DrainLimitTests {
    /// So many nodes of each kind.
    private static func nodes(
        idle: Int, drained: Int = 0, down: Int = 0, asleep: Int = 0, future: Int = 0
    ) -> [Node] {
        func some(_ count: Int, _ name: String, _ state: NodeState) -> [Node] {
            (0..<count).map { Node(name: "\(name)\($0)", state: state) }
        }
        return some(idle, "i", NodeState(base: .idle))
            + some(drained, "d", NodeState(base: .mixed, flags: [.drain]))
            + some(down, "x", NodeState(base: .down))
            + some(asleep, "s", NodeState(base: .idle, flags: [.cloud, .poweredDown]))
            + some(future, "f", NodeState(base: .future))
    }

    @Test(
        arguments: [
            // One node may always go, where none is out yet.
            (nodes(idle: 1), 1, .percent(10), true), (nodes(idle: 4), 1, .percent(0), true),
            (nodes(idle: 4), 2, .percent(10), false), (nodes(idle: 4), 2, .nodes(2), true),
            (nodes(idle: 20), 2, .percent(10), true), (nodes(idle: 20), 3, .percent(10), false),
            (nodes(idle: 29), 3, .percent(10), false), (nodes(idle: 30), 3, .percent(10), true),
            // What is out already counts, whoever caused it.
            (nodes(idle: 19, drained: 1), 1, .percent(10), true),
            (nodes(idle: 18, drained: 1, down: 1), 1, .percent(10), false),
            (nodes(idle: 18, drained: 1, down: 1), 1, .nodes(3), true),
            // Nodes that are not there are no capacity.
            (nodes(idle: 4, asleep: 96), 2, .percent(10), false),
            // Whoever drains nodes that are powered down leaves nothing to boot.
            (nodes(idle: 0, asleep: 96), 10, .percent(10), false),
            (nodes(idle: 0, asleep: 96), 9, .percent(10), true),
            (nodes(idle: 20, future: 80), 3, .percent(10), false),
            (nodes(idle: 4), 4, .percent(100), true),
        ] as [([Node], Int, DrainLimit.Most, Bool)])
    func allowed(_ all: [Node], _ taken: Int, _ most: DrainLimit.Most, _ isAllowed: Bool) {
        let problem = DrainLimit(most: most).problem(taking: Array(all.prefix(taken)), of: all)
        #expect((problem == nil) == isAllowed, "\(problem ?? "")")
        let chosen = Array(all.prefix(taken))
        let needed = DrainLimit(most: most).needed(
            taking: chosen, of: DrainLimit.Census(all))
        #expect((needed == nil) == isAllowed)
        // What is printed is what is allowed, and no more than that.
        guard let needed else { return }
        #expect(DrainLimit(most: .nodes(needed.out)).problem(taking: chosen, of: all) == nil)
        #expect(DrainLimit(most: .nodes(needed.out - 1)).problem(taking: chosen, of: all) != nil)
    }

    /// Nodes that are out of service already take nothing away.
    @Test func outAlready() {
        let all = Self.nodes(idle: 4, drained: 3, down: 2)
        let out = all.filter { $0.state.base != .idle }
        #expect(DrainLimit.standard.problem(taking: out, of: all) == nil)
    }

    @Test func words() {
        let all = Self.nodes(idle: 18, drained: 1, down: 1)
        #expect(
            DrainLimit.standard.problem(taking: Array(all.prefix(2)), of: all)
                == "4 of 20 nodes would be out of service, 2 of them already, and --max 10% allows 2: look for one cause first; --max 4 allows it"
        )
    }
}
