@testable import Configuration
import Testing

/// Values on the command line that have a unit.
@Suite struct ArgumentValueTests {
    @Test(
        arguments: [
            ("90", 90), ("90s", 90), ("10m", 600), ("2h", 7_200), ("24h", 86_400), ("1", 1),
            ("0", nil), ("-1", nil), ("", nil), ("s", nil), ("1d", nil), ("25h", nil),
            ("86401", nil), ("1.5h", nil), (" 1", nil), ("1 m", nil), ("9223372036854775807h", nil),
            ("1S", nil),
        ] as [(String, Int?)])
    func seconds(_ argument: String, _ count: Int?) {
        #expect(Seconds(argument: argument)?.count == count)
    }

    @Test(
        arguments: [
            (30, "30s"), (60, "60s"), (90, "90s"), (120, "2m"), (121, "121s"), (3_600, "60m"),
        ])
    func secondsInWords(_ count: Int, _ text: String) {
        #expect(Seconds(count).description == text)
        #expect(Seconds(argument: text) == Seconds(count))
    }

    @Test(
        arguments: [
            ("512", 512), ("512M", 512), ("4G", 4_096), ("4g", 4_096), ("1T", 1 << 20),
            ("64T", 1 << 26), ("1m", 1),
            ("0", nil), ("0G", nil), ("-1G", nil), ("", nil), ("G", nil), ("1K", nil),
            ("1.5G", nil), ("65T", nil), ("9223372036854775807T", nil), ("1GB", nil),
        ] as [(String, Int?)])
    func memory(_ argument: String, _ mib: Int?) {
        #expect(Mebibytes(argument: argument)?.count == mib)
    }

    @Test(
        arguments: [
            ("12h", 43_200), ("30d", 2_592_000), ("8w", 4_838_400), ("0d", 0),
            ("100000w", 60_480_000_000),
            ("30", nil), ("30m", nil), ("-1d", nil), ("", nil), ("d", nil), ("1.5d", nil),
            ("100001d", nil), ("30 d", nil),
        ] as [(String, Int?)])
    func longTime(_ argument: String, _ seconds: Int?) {
        #expect(LongTime(argument: argument)?.seconds == seconds)
    }
}
