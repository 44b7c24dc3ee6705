@testable import Acting
import SlurmModel
import Testing

/// The limit against its one-sentence law: of the nodes that are there so many may be out, and one always.
@Suite struct DrainLimitLawTests {
    private static let inService = NodeState(base: .idle)
    private static let outStates: [NodeState] = [
        NodeState(base: .mixed, flags: [.drain]), NodeState(base: .down),
        NodeState(base: .idle, flags: [.notResponding]),
        NodeState(base: .allocated, flags: [.fail]),
        NodeState(base: .unknown), NodeState(base: .error),
        NodeState(base: .idle, flags: [.rebootIssued]),
        NodeState(base: .idle, flags: [.drain, .invalidRegistration]),
    ]

    private func nodes(_ count: Int, out: Int) -> [Node] {
        (0..<count).map { number in
            Node(
                name: "n\(number)",
                state: number < count - out
                    ? Self.inService : Self.outStates[number % Self.outStates.count])
        }
    }

    @Test(
        "Percent rounds down, a number is a number, and what is out already counts",
        arguments: [1, 3, 10, 19])
    func law(_ count: Int) {
        for out in 0..<count {
            let all = nodes(count, out: out)
            let census = DrainLimit.Census(all)
            for taken in 1...(count - out) {
                for percent in [0, 10, 33, 99, 100] {
                    let most = max(1, count * percent / 100)
                    let limit = DrainLimit(most: .percent(percent))
                    let problem = limit.problem(taking: Array(all.prefix(taken)), of: all)
                    #expect(
                        (problem == nil) == (out + taken <= most), "\(out), \(taken), \(percent)")
                    let needed = limit.needed(taking: all.prefix(taken), of: census)
                    #expect(needed?.out == (problem == nil ? nil : out + taken))
                    #expect(needed?.all == (problem == nil ? nil : count))
                    // The same limit as a number decides the same.
                    let same = DrainLimit(most: .nodes(most))
                    #expect(
                        (same.needed(taking: all.prefix(taken), of: census) == nil)
                            == (problem == nil))
                }
            }
        }
    }

    @Test("A node that is out already is taken away once, not twice", arguments: outStates)
    func outAlready(_ state: NodeState) {
        let out = Node(name: "x", state: state)
        let all = nodes(10, out: 0) + [out]
        // With it, the tenth is used up, be it among those that are taken or not.
        let limit = DrainLimit(most: .nodes(2))
        #expect(limit.problem(taking: [all[0], out], of: all) == nil)
        #expect(
            limit.problem(taking: [all[0], all[1], out], of: all)?.hasPrefix("3 of 11 nodes")
                == true)
        #expect(limit.problem(taking: [out, out, out], of: all) == nil)
        #expect(!DrainLimit.isInService(out))
        #expect(DrainLimit(most: .nodes(1)).problem(taking: [], of: all) == nil)
    }

    @Test("Nodes to come are none, on either side")
    func future() {
        let future = (0..<90).map { Node(name: "f\($0)", state: NodeState(base: .future)) }
        let all = nodes(10, out: 0) + future
        #expect(DrainLimit.standard.problem(taking: [all[0]], of: all) == nil)
        #expect(
            DrainLimit.standard.problem(taking: [all[0], all[1]], of: all)?.hasPrefix("2 of 10")
                == true)
        #expect(DrainLimit.standard.problem(taking: future, of: all) == nil)
        #expect(!DrainLimit.isInService(future[0]))
    }

    @Test("The words name the limit as it was given, and a number that is enough")
    func words() throws {
        for (most, text) in [
            (DrainLimit.Most.percent(33), "33%"), (.nodes(3), "3"), (.percent(0), "0%"),
        ] {
            let all = nodes(10, out: 0)
            let limit = DrainLimit(most: most)
            #expect(limit.text == text)
            let problem = try #require(limit.problem(taking: Array(all.prefix(5)), of: all))
            #expect(
                problem.contains("5 of 10 nodes would be out of service, and --max \(text) allows"))
            #expect(problem.hasSuffix("--max 5 allows it"))
            #expect(
                DrainLimit(most: .nodes(5)).problem(taking: Array(all.prefix(5)), of: all) == nil)
        }
    }
}
