import FoundationEssentials
import Terminal
import TestSupport
import Testing

@Suite struct UTCTimeTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
        (1_700_000_000, "2023-11-14T22:13:20Z"),
    ])
    func known(_ seconds: Int, _ text: String) {
        #expect(UTCTime.text(seconds) == text)
    }

    /// As Foundation writes them.
    @Test func sameAsFoundation() {
        var random = SeededRandom(3)
        for _ in 0..<2_000 {
            let seconds = Int.random(in: -2_000_000_000...10_000_000_000, using: &random)
            let expected = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
            #expect(UTCTime.text(seconds) == expected)
        }
    }

    /// Moments that no calendar of four digits has must not bring the process down.
    @Test(arguments: [Int.min, Int.max, -100_000_000_000, 1_000_000_000_000])
    func far(_ seconds: Int) {
        #expect(UTCTime.text(seconds).count == 20)
    }
}
