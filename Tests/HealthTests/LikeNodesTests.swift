import FanOut
@testable import Health
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// Which nodes are compared with which, and who of them is odd.
@Suite("Nodes that are alike") struct LikeNodesTests {
    private typealias F = HealthFixtures

    private static func node(
        _ name: String, _ partitions: [String] = ["p"], gres: [GRES] = [], features: [String] = []
    ) -> Node {
        Node(name: name, partitions: partitions, gres: gres, features: features)
    }

    private static let h100 = GRES(name: "gpu", type: "h100", count: 8)

    @Test("A row that is not compared is of no group, and counts in none")
    func holes() {
        let alike = LikeNodes([nil, Self.node("a"), nil, Self.node("b"), Self.node("c")])
        #expect(alike.groups(of: 0).isEmpty)
        #expect(alike.groups(of: 1).map(\.rows) == [[1, 3, 4]])
        #expect(LikeNodes([nil, Self.node("a"), Self.node("b")]).groups(of: 1).isEmpty)
    }

    @Test(
        "What is a node's own, and not of its kind, keeps nobody apart",
        arguments: [
            GRES(name: "gpu", type: "h100", count: 8, indexes: [0, 1]),
            GRES(name: "gpu", type: "h100", count: 8, sockets: "0-1"),
            GRES(name: "gpu", type: "h100", count: 8, shares: []),
        ])
    func sameKind(_ gres: GRES) {
        let nodes = [
            Self.node("a", gres: [Self.h100]), Self.node("b", gres: [gres]),
            Self.node("c", gres: [Self.h100, Self.h100]),
        ]
        let group = LikeNodes(nodes).groups(of: 0)
        #expect(group.map(\.rows) == [[0, 1, 2]])
        #expect(group.map(\.words) == ["nodes of partition p with its GRES and features"])
    }

    @Test(
        "Another name, type or number of GRES does keep apart",
        arguments: [
            [GRES](), [GRES(name: "gpu", type: "h100", count: 4)],
            [GRES(name: "gpu", type: "h200", count: 8)], [GRES(name: "gpu", count: 8)],
            [GRES(name: "shard", type: "h100", count: 8)],
            [LikeNodesTests.h100, GRES(name: "nvme", count: 1)],
        ])
    func otherKind(_ gres: [GRES]) {
        let nodes =
            (0..<3).map { Self.node("a\($0)", gres: [Self.h100]) } + [Self.node("b", gres: gres)]
        #expect(LikeNodes(nodes).groups(of: 3).isEmpty)
        #expect(LikeNodes(nodes).groups(of: 0).map(\.rows) == [[0, 1, 2]])
    }

    @Test("Features count in any order and number, and not where fewer than three have the same")
    func features() {
        let nodes = [
            Self.node("a", features: ["x", "y"]), Self.node("b", features: ["y", "x", "x"]),
            Self.node("c", features: ["x", "y"]), Self.node("d", features: ["z"]),
            Self.node("e", features: []),
        ]
        let alike = LikeNodes(nodes)
        #expect(alike.groups(of: 1).map(\.rows) == [[0, 1, 2]])
        #expect(alike.groups(of: 3).map(\.rows) == [[0, 1, 2, 3, 4]])
        #expect(alike.groups(of: 3).map(\.words) == ["nodes of partition p with its GRES"])
        #expect(alike.groups(of: 4).map(\.kind) == alike.groups(of: 3).map(\.kind))
    }

    @Test("Each partition of a node has its own group, in the node's order")
    func partitions() {
        let nodes = [
            Self.node("a", ["p", "q"]), Self.node("b", ["q", "p"]), Self.node("c", ["p"]),
            Self.node("d", ["q", "r"]), Self.node("e", []),
        ]
        let alike = LikeNodes(nodes)
        #expect(alike.groups(of: 0).map(\.rows) == [[0, 1, 2], [0, 1, 3]])
        #expect(alike.groups(of: 1).map(\.rows) == [[0, 1, 3], [0, 1, 2]])
        #expect(alike.groups(of: 3).map(\.rows) == [[0, 1, 3]])
        #expect(alike.groups(of: 4).isEmpty)
    }

    // MARK: - Who is odd

    private static let parts = F.parts(F.probe("one"), F.probe("two"))

    /// The row of a node that the second check is for, or not.
    private static func row(_ node: Node, isFor: Bool) -> NodeReport {
        let specifications = parts.map(\.specification.value)
        let row = HealthRow(parts: [
            .init(judgement: Judgement()), isFor ? .init(judgement: Judgement()) : nil,
        ])
        return NodeReport(
            result: F.result([], node: node.name),
            judgement: row.judgement(names: parts.map(\.name), specifications: specifications),
            node: node)
    }

    private static func odd(_ rows: [NodeReport]) -> [String: String] {
        var odd: [String: String] = [:]
        for report in HealthProbe(parts).review(rows) {
            let found = report.judgement?.findings.filter { $0.code == "health.odd" } ?? []
            #expect(found.count < 2)
            odd[report.result.node] = found.first?.message
        }
        return odd
    }

    @Test("Odd is who lacks what more than half of them have, at every number and in any order")
    func everyNumber() {
        var random = SeededRandom(5)
        for count in 1...8 {
            for having in 0...count {
                let rows = (0..<count).map {
                    Self.row(Self.node("n\($0)"), isFor: $0 < having)
                }.shuffled(using: &random)
                let lacking = rows.map(\.result.node).filter {
                    Int($0.dropFirst()).map { $0 >= having } ?? false
                }
                let isMajority = count >= 3 && having * 2 > count
                let odd = Self.odd(rows)
                #expect(Set(odd.keys) == Set(isMajority ? lacking : []), "\(having) of \(count)")
                #expect(
                    odd.values.allSatisfy {
                        $0
                            == "check two is for \(having) of \(count) nodes of partition p with its GRES and features, and not for this one"
                    }, "\(odd)")
            }
        }
    }

    @Test("In clusters of any shape the order of rows changes nothing, and each odd one has reason")
    func anyCluster() {
        var random = SeededRandom(6)
        for _ in 0..<60 {
            let rows = (0..<Int.random(in: 3...14, using: &random)).map { place -> NodeReport in
                let partitions = ["p", "q", "r"].filter { _ in Bool.random(using: &random) }
                let node = Self.node(
                    "n\(place)", partitions, gres: Bool.random(using: &random) ? [Self.h100] : [],
                    features: ["x", "y"].filter { _ in Bool.random(using: &random) })
                return Self.row(node, isFor: Int.random(in: 0..<3, using: &random) > 0)
            }
            let odd = Self.odd(rows)
            #expect(Self.odd(rows.shuffled(using: &random)) == odd)
            #expect(Self.odd(rows.reversed()) == odd)
            let alike = LikeNodes(rows.map(\.node))
            for (place, report) in rows.enumerated() {
                let names = Self.parts.map(\.name)
                func isFor(_ row: Int) -> Bool {
                    rows[row].judgement.map { HealthRow($0, names: names).parts[1] != nil } ?? false
                }
                let isOutvoted = alike.groups(of: place).contains { group in
                    group.rows.filter(isFor).count * 2 > group.rows.count
                }
                #expect((odd[report.result.node] != nil) == (isOutvoted && !isFor(place)))
            }
        }
    }

    @Test("A node that Slurm does not know, and one that was not run, are compared with nobody")
    func unknown() {
        var rows = (0..<4).map { Self.row(Self.node("n\($0)"), isFor: $0 < 3) }
        rows[3].node = nil
        #expect(Self.odd(rows).isEmpty)
        rows = (0..<3).map { Self.row(Self.node("n\($0)"), isFor: $0 < 2) }
        rows.append(F.notRun("n3", NodeState(base: .down)))
        #expect(Set(Self.odd(rows).keys) == ["n2"])
        rows[0] = F.notRun("n0", NodeState(base: .down))
        #expect(Self.odd(rows).isEmpty, "two are too few to tell who is wrong")
    }
}
