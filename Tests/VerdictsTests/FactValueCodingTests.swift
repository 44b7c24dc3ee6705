import Foundation
import TestSupport
import Testing
import Verdicts

@Suite struct FactValueCodingTests {
    private func again(_ value: FactValue) throws -> FactValue {
        try JSONDecoder().decode(FactValue.self, from: JSONEncoder().encode(value))
    }

    @Test(arguments: [
        FactValue.null, .bool(true), .bool(false), .int(0), .int(1), .int(.max), .int(.min),
        .double(1.5), .double(-0.25), .double(1e300), .string(""), .string("1"), .string("true"),
        .string("null"), .string("\u{0}\n\"장애\u{1b}"), .list([]), .object([:]),
        .object(["": .null]), .list([.list([.null]), .object(["a": .bool(true)])]),
    ])
    func same(_ value: FactValue) throws {
        #expect(try again(value) == value)
    }

    /// JSON has one kind of number.
    @Test func wholeNumbers() throws {
        #expect(try again(.double(2)) == .int(2))
    }

    @Test(arguments: UInt64(0)..<100)
    func anyValue(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let value = Self.value(depth: 4, &random)
        #expect(try again(value) == value)
    }

    private static func value(depth: Int, _ random: inout SeededRandom) -> FactValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .int(Int.random(in: .min ... .max, using: &random))
        case 3: return .double(Double.random(in: -1e6...1e6, using: &random) + 0.015625)
        case 4:
            let scalars = (0..<Int.random(in: 0..<8, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0..<0x3000, using: &random))
            }
            return .string(scalars.map { String(Character($0)) }.joined())
        case 5:
            return .list(
                (0..<Int.random(in: 0..<4, using: &random))
                    .map { _ in Self.value(depth: depth - 1, &random) })
        default:
            var fields: [String: FactValue] = [:]
            for index in 0..<Int.random(in: 0..<4, using: &random) {
                fields["k\(index)"] = Self.value(depth: depth - 1, &random)
            }
            return .object(fields)
        }
    }
}
