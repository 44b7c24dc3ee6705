@testable import ClusterView
import SlurmModel
@testable import Terminal
import Testing

@Suite struct NodeColumnTests {
    @Test func list() throws {
        #expect(try NodeColumn.list("node, STATE gpus_used") == [.node, .state, .gpusUsed])
    }

    @Test(
        arguments: [
            ("nodde", "did you mean 'node'?"), ("gpu", "did you mean 'gpus' or 'gpus_used'"),
            ("mem", "did you mean 'memory'"), ("frobnicate", "columns are: node, hostname"),
            ("used", "'gpus_used'"), ("slumrd_start", "did you mean 'slurmd_start'?"),
        ])
    func unknown(_ word: String, _ hint: String) {
        let error = #expect(throws: UsageError.self) { try NodeColumn.list("node,\(word)") }
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("--columns: '\(word)' is no column") == true)
    }

    @Test func nothing() {
        #expect(throws: UsageError.self) { try NodeColumn.list(" ,") }
        #expect(throws: UsageError.self) { try NodeOrder("") }
        #expect(throws: UsageError.self) { try NodeOrder("-nosuch") }
    }

    private func order(_ text: String) throws -> [String] {
        try NodeOrder(text).sorted(StatusFixtures.status).map(\.name)
    }

    @Test func orders() throws {
        #expect(try order("node").prefix(3) == ["cloud-1", "cloud-2", "cpu-1"])
        #expect(try order("-gpus_used,-node").prefix(4) == ["gpu-2", "gpu-1", "cloud-2", "gpu-8"])
        // What is missing comes last either way.
        #expect(try Set(order("load").suffix(3)) == ["gpu-5", "cloud-1", "cloud-2"])
        #expect(try order("-load").first == "gpu-2")
        #expect(try Set(order("-load").suffix(3)) == ["gpu-5", "cloud-1", "cloud-2"])
        #expect(try order("reason_time").first == "gpu-3")
        #expect(try order("-cpus").prefix(2) == ["gpu-2", "gpu-1"])
        #expect(try NodeOrder("-users").needsJobs)
    }

    /// Every column has a heading and a value or none for every node, without a trap.
    @Test(arguments: NodeColumn.allCases)
    func everyColumn(_ column: NodeColumn) {
        #expect(!column.title.isEmpty)
        for node in StatusFixtures.nodes + [Node(name: "bare")] {
            let value = column.value(node, in: StatusFixtures.status)
            #expect(!value.words(now: Fixtures.now).isEmpty)
            #expect((value == .missing) == value.plain.isEmpty)
        }
    }

    @Test(
        arguments: [
            ("gpu-9", "gpu-10", true), ("gpu-10", "gpu-9", false), ("a", "b", true),
            ("n2", "n2-ib", true), ("n02", "n2", true), ("", "a", true), ("x1y2", "x1y10", true),
            ("가2", "가10", true),
        ])
    func naturalOrder(_ left: String, _ right: String, _ precedes: Bool) {
        #expect(NaturalOrder.precedes(left, right) == precedes)
        #expect(NaturalOrder.precedes(right, left) == !precedes)
        #expect(NaturalOrder.precedes(left, left) == nil)
    }

    @Test(arguments: [([], ""), ([3], "3"), ([0, 1, 2, 5], "0-2,5"), ([7, 5, 6], "5-7")])
    func ranges(_ numbers: [Int], _ text: String) {
        #expect(NodeWords.ranges(numbers) == text)
    }

    @Test(arguments: [("node", "nodde", 1), ("", "abc", 3), ("same", "same", 0), ("ab", "ba", 2)])
    func editDistance(_ left: String, _ right: String, _ distance: Int) {
        #expect(EditDistance.between(left, right) == distance)
    }
}
