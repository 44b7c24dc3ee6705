import SlurmModel
import TestSupport
import Testing

@testable import SlurmKit

/// Which partitions hold a node, from the ranges of node numbers that slurmctld sends.
@Suite struct PartitionLoadTests {
    private func load(_ indexes: [[ClosedRange<Int>]]) -> PartitionLoad {
        PartitionLoad(
            partitions: indexes.indices.map { Partition(name: "p\($0)") }, indexes: indexes, time: 0
        )
    }

    @Test func overlap() {
        let load = load([[0...3], [1...1, 3...9], [], [2...2]])
        #expect(
            load.holders(count: 5)
                == [["p0"], ["p0", "p1"], ["p0", "p3"], ["p0", "p1"], ["p1"]])
    }

    /// Numbers beyond the nodes that are there belong to nodes that are gone.
    @Test func beyond() {
        #expect(load([[5...9], [0...0]]).holders(count: 2) == [["p1"], []])
        #expect(load([[0...9]]).holders(count: 0) == [])
    }

    @Test func manyPartitions() {
        let load = load(Array(repeating: [0...4], count: 20))
        #expect(load.holders(count: 5)[4] == (0..<20).map { "p\($0)" })
    }

    /// Against the plain way, on random ranges, those that touch and those that are there twice among them.
    @Test func random() {
        var random = SeededRandom(7)
        for _ in 0..<200 {
            let indexes = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    let first = Int.random(in: 0...20, using: &random)
                    return first...(first + Int.random(in: 0...5, using: &random))
                }
            }
            let plain = (0..<22).map { node in
                indexes.indices.filter { indexes[$0].contains { $0.contains(node) } }.map {
                    "p\($0)"
                }
            }
            #expect(load(indexes).holders(count: 22) == plain, "\(indexes)")
        }
    }
}
