import Terminal
import TestSupport
import Testing

/// A sort by names needs a total order: with less, `sorted` may give any order, and a table another one each time.
@Suite struct NaturalOrderTests {
    @Test(
        "Numbers in names count as numbers, whatever stands around them",
        arguments: [
            ("gpu-9", "gpu-10"), ("gpu-1", "gpu-1a"), ("gpu", "gpu-1"), ("a1b9", "a1b10"),
            ("rack2-node10", "rack10-node2"), ("a", "b"), ("", "0"), ("", "a"), ("9", "a"),
            ("gpu-2", "gpu-02a"), ("é1", "é2"), ("node-1", "node1"),
            // More digits than any integer has.
            ("n99999999999999999999998", "n99999999999999999999999"),
            ("n9999999999999999999999", "n10000000000000000000000"),
            ("n00000000000000000000009", "n10"),
        ])
    func precedes(_ left: String, _ right: String) {
        #expect(NaturalOrder.precedes(left, right) == true)
        #expect(NaturalOrder.precedes(right, left) == false)
    }

    @Test("Only a text itself is equal to it: leading zeros part names that are otherwise one")
    func equal() {
        #expect(NaturalOrder.precedes("gpu-7", "gpu-7") == nil)
        #expect(NaturalOrder.precedes("", "") == nil)
        #expect(NaturalOrder.precedes("gpu-07", "gpu-7") == true)
        #expect(NaturalOrder.precedes("a0", "a00") == true)
        #expect(NaturalOrder.precedes("a00", "a0") == false)
    }

    private static func names(_ seed: UInt64, count: Int) -> [String] {
        var random = SeededRandom(seed)
        let pieces = ["a", "b", "-", ".", "0", "00", "1", "01", "9", "10", "010", "é", "~", " "]
        return (0..<count).map { _ in
            (0..<Int.random(in: 0...5, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }
    }

    @Test("Any three names stand in one order", arguments: [1, 2, 3] as [UInt64])
    func total(_ seed: UInt64) {
        let names = Array(Set(Self.names(seed, count: 32))).sorted()
        func before(_ left: String, _ right: String) -> Bool {
            NaturalOrder.precedes(left, right) == true
        }
        for one in names {
            for other in names where one != other {
                #expect(before(one, other) != before(other, one), "\(one) \(other)")
                guard before(one, other) else { continue }
                for third in names where before(other, third) {
                    if !before(one, third) { Issue.record("\(one) \(other) \(third)") }
                }
            }
        }
    }

    @Test("The order of the input does not show in the order of the output")
    func shuffled() {
        var random = SeededRandom(5)
        let names = Array(Set(Self.names(9, count: 200))).sorted()
        let expected = names.sorted { NaturalOrder.precedes($0, $1) == true }
        for _ in 0..<5 {
            let again = names.shuffled(using: &random)
                .sorted { NaturalOrder.precedes($0, $1) == true }
            #expect(again == expected)
        }
        let nodes = (1...120).map { "gpu-\($0)" }
        #expect(nodes.sorted().sorted { NaturalOrder.precedes($0, $1) == true } == nodes)
    }
}
