import Terminal
import TestSupport
import Testing

/// Figures from nodes and files, at the ends of what a number can hold: a wrong one costs a cell, never the process.
@Suite struct QuantityBoundsTests {
    @Test(
        "Seconds of any size, sign and kind have a text",
        arguments: [
            (-0.4, "-0.4"), (-12.34, "-12.3"), (-0.04, "0.0"), (-0.0, "0.0"), (0.95, "1.0"),
            (86_400, "86400.0"), (9.2e16 / 1e3, "92000000000000.0"), (1e300, "1e+300"),
            (-1e300, "-1e+300"), (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.leastNonzeroMagnitude, "0.0"),
        ] as [(Double, String)])
    func seconds(_ value: Double, _ text: String) {
        #expect(Quantity.seconds(value) == text)
    }

    private static func size(_ text: String) -> Double? {
        let units = ["K", "M", "G", "T", "P", "E"]
        let unit = units.firstIndex { text.hasSuffix($0) }.map { $0 + 1 } ?? 0
        var factor = 1.0
        for _ in 0..<unit { factor *= 1_024 }
        return Double(unit > 0 ? String(text.dropLast()) : text).map { $0 * factor }
    }

    @Test("Bytes are rounded up and never by more than a tenth, in four digits at most")
    func bytes() {
        var random = SeededRandom(11)
        var counts = (0..<63).flatMap { [1 << $0, (1 << $0) - 1, (1 << $0) + 1] }
        counts += (0..<500).map { _ in
            Int.random(in: 0...Int.max, using: &random) >> Int.random(in: 0...62, using: &random)
        }
        for count in counts {
            let text = Quantity.bytes(count)
            guard let size = Self.size(text) else {
                Issue.record("\(count): \(text)")
                continue
            }
            if size < Double(count) || size > Double(count) * 1.1 + 1 || text.utf8.count > 5 {
                Issue.record("\(count): \(text)")
            }
        }
    }

    @Test("More bytes never read as fewer")
    func monotonous() {
        for unit in 0..<6 {
            let step = 1 << (10 * unit)
            let sizes = (1...2_100).compactMap { Self.size(Quantity.bytes($0 * step)) }
            #expect(sizes.count == 2_100 && sizes == sizes.sorted())
        }
    }

    @Test("Memory in GiB is rounded to the nearest tenth, with a carry into the whole")
    func gibibytes() {
        for count in 0...4_096 {
            let text = Quantity.gibibytes(ofMiB: count)
            guard let shown = Double(text) else {
                Issue.record("\(text)")
                continue
            }
            if abs(shown - Double(count) / 1_024) > 0.0501 { Issue.record("\(count): \(text)") }
        }
        #expect(Quantity.gibibytes(ofMiB: 1_023) == "1.0")
        #expect(Quantity.gibibytes(ofMiB: 972) == "0.9")
        #expect(Quantity.gibibytes(ofMiB: 973) == "1.0")
    }

    @Test(
        "Times at the ends of the calendar, and on days that only some years have",
        arguments: [
            (-62_167_219_200, "0000-01-01T00:00:00Z"), (-62_167_219_201, "0000-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (253_402_300_800, "9999-12-31T23:59:59Z"),
            (-62_162_035_201, "0000-02-29T23:59:59Z"), (-62_162_035_200, "0000-03-01T00:00:00Z"),
            (-2_203_891_200, "1900-03-01T00:00:00Z"), (-2_203_891_201, "1900-02-28T23:59:59Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"), (2_147_483_648, "2038-01-19T03:14:08Z"),
            (4_294_967_296, "2106-02-07T06:28:16Z"), (.min, "0000-01-01T00:00:00Z"),
            (.max, "9999-12-31T23:59:59Z"),
        ])
    func times(_ seconds: Int, _ text: String) {
        #expect(UTCTime.text(seconds) == text)
    }

    @Test("A later time is a later text, so that logs sort by it")
    func timesSort() {
        var random = SeededRandom(4)
        let times = (0..<1_000).map { _ in
            Int.random(in: -62_167_219_200...253_402_300_799, using: &random)
        }.sorted()
        let texts = times.map(UTCTime.text)
        #expect(texts == texts.sorted())
        #expect(
            texts.allSatisfy {
                $0.wholeMatch(of: /\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ/) != nil
            })
    }
}
