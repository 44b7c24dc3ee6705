@testable import Sweeps
import TestSupport
import Testing

@Suite struct BatchSizesTests {
    private func sizes(_ argument: String, of count: Int) throws -> [Int] {
        try #require(BatchSizes(argument: argument)).waves(of: Array(0..<count)).map(\.count)
    }

    @Test(
        arguments: [
            ("10", 25, [10, 10, 5]), ("1", 3, [1, 1, 1]), ("100", 3, [3]),
            ("1,10%", 21, [1, 3, 3, 3, 3, 3, 3, 2]),
            ("1,2,4", 20, [1, 2, 4, 4, 4, 4, 1]), ("50%", 3, [2, 1]), ("100%", 7, [7]),
            ("1%", 5, [1, 1, 1, 1, 1]), ("33%", 100, [33, 33, 33, 1]), ("5,100%", 8, [5, 3]),
            ("1", 0, []), ("10%", 0, []),
        ] as [(String, Int, [Int])])
    func waves(_ argument: String, _ count: Int, _ expected: [Int]) throws {
        #expect(try sizes(argument, of: count) == expected)
    }

    @Test(arguments: [
        "", ",", "1,", ",1", "0", "-1", "+", "x", "1x", "0%", "101%", "-5%", "%", "10 %", "1,,2",
        "1.5", "١",
    ])
    func refused(_ argument: String) {
        #expect(BatchSizes(argument: argument) == nil)
    }

    @Test func canaryFirst() {
        #expect(BatchSizes.canaryFirst.waves(of: Array(0..<9)).map(\.count) == [1, 8])
        #expect(BatchSizes.canaryFirst.waves(of: [0]).map(\.count) == [1])
    }

    /// Every target once, in its place, in waves of the sizes that were asked for.
    @Test(arguments: UInt64(0)..<200)
    func whole(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let words = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            Bool.random(using: &random)
                ? "\(Int.random(in: 1...40, using: &random))"
                : "\(Int.random(in: 1...100, using: &random))%"
        }
        let batch = try #require(BatchSizes(argument: words.joined(separator: ",")))
        let targets = Array(0..<Int.random(in: 0...300, using: &random))
        let waves = batch.waves(of: targets)
        #expect(waves.joined().elementsEqual(targets))
        for (number, wave) in waves.enumerated() {
            let word = words[min(number, words.count - 1)]
            let asked =
                word.last == "%"
                ? max(1, ((Int(word.dropLast()) ?? 0) * targets.count + 99) / 100) : Int(word)
            #expect(!wave.isEmpty)
            if number < waves.count - 1 { #expect(wave.count == asked) }
            #expect(wave.count <= asked ?? 0)
        }
    }
}
