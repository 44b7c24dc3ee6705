import Testing
import Verdicts

@Suite struct BaselineTests {
    private func votes(_ values: [String]) -> [Baseline.Vote] {
        values.enumerated().map { Baseline.Vote(row: $0.offset, value: $0.element) }
    }

    @Test(arguments: [
        (["a", "a", "b"], "a", [2]), (["a", "a", "a"], "a", []),
        (["b", "a", "a", "a", "c"], "a", [0, 4]), (["a", "b", "a", "b", "a"], "a", [1, 3]),
    ])
    func majority(_ values: [String], _ value: String, _ odd: [Int]) {
        let baseline = Baseline(votes(values))
        guard case .majority(let share, let total) = baseline.standard else {
            Issue.record("no majority")
            return
        }
        #expect(share.value == value && total == values.count)
        #expect(baseline.odd.map(\.row) == odd)
    }

    @Test(arguments: [[], ["a"], ["a", "b"], ["a", "a"]])
    func tooFew(_ values: [String]) {
        let baseline = Baseline(votes(values))
        #expect(baseline.standard == .tooFew(nodes: values.count))
        #expect(baseline.odd.isEmpty)
    }

    @Test(arguments: [["a", "b", "c"], ["a", "a", "b", "b"], ["a", "a", "b", "b", "c"]])
    func divided(_ values: [String]) {
        let baseline = Baseline(votes(values))
        guard case .divided(let shares) = baseline.standard else {
            Issue.record("not divided")
            return
        }
        #expect(shares.map(\.count).reduce(0, +) == values.count)
        #expect(shares == shares.sorted { ($1.count, $0.value) < ($0.count, $1.value) })
        #expect(baseline.odd.isEmpty)
    }

    @Test("One node with many GPUs does not outvote several with few")
    func nodesCountToo() {
        let many = (0..<8).map { _ in Baseline.Vote(row: 0, value: "a") }
        let few = (1...4).map { Baseline.Vote(row: $0, value: "b") }
        guard case .divided = Baseline(many + few).standard else {
            Issue.record("one node made the majority")
            return
        }
    }

    @Test("Two nodes with many GPUs each are two nodes")
    func nodesAreCounted() {
        let votes = (0..<16).map { Baseline.Vote(row: $0 / 8, value: "a") }
        #expect(Baseline(votes).standard == .tooFew(nodes: 2))
    }
}
