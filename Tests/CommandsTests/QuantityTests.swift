@testable import Configuration
@testable import Sweeps
@testable import Terminal
import Testing

@Suite struct QuantityTests {
    /// As df -h writes them: rounded up.
    @Test(
        arguments: [
            (0, "0"), (1, "1"), (1023, "1023"), (1024, "1.0K"), (1025, "1.1K"), (9 << 10, "9.0K"),
            (10_189, "10K"), (10 << 10, "10K"), ((10 << 10) + 1, "11K"), (1_048_575, "1.0M"),
            (1_048_576, "1.0M"), (2_362_232_012_800, "2.2T"), (1_200 << 30, "1.2T"),
            ((1 << 50) - 1, "1.0P"), (.max, "8.0E"),
        ] as [(Int, String)])
    func bytes(_ count: Int, _ text: String) {
        #expect(Quantity.bytes(count) == text)
    }

    @Test(
        arguments: [
            (0, "0.0"), (1, "0.0"), (512, "0.5"), (1024, "1.0"), (31_949, "31.2"),
            (2_063_450, "2015.1"),
        ] as [(Int, String)])
    func gibibytes(_ count: Int, _ text: String) {
        #expect(Quantity.gibibytes(ofMiB: count) == text)
    }

    /// slurmctld's figures are 64 bits wide: a wrong one costs a cell, not the process.
    @Test func absurdMemory() {
        #expect(Quantity.gibibytes(ofMiB: .max).hasSuffix(".0"))
    }

    @Test(
        arguments: [(0, "0.0"), (0.04, "0.0"), (0.05, "0.1"), (0.41, "0.4"), (59.96, "60.0")]
            as [(Double, String)])
    func seconds(_ value: Double, _ text: String) {
        #expect(Quantity.seconds(value) == text)
    }

    @Test(
        arguments: [
            ("90", 90), ("90s", 90), ("10m", 600), ("2h", 7_200), ("24h", 86_400), ("1", 1),
        ] as [(String, Int)])
    func lengths(_ argument: String, _ seconds: Int) {
        #expect(Seconds(argument: argument) == Seconds(seconds))
    }

    @Test(arguments: [
        "", "0", "0m", "-1", "-5m", "s", "m", "1d", "1.5m", "1e3", " 1", "1 m", "90sec", "25h",
        "86401", "9223372036854775807h", "99999999999999999999", "ten",
    ])
    func badLengths(_ argument: String) {
        #expect(Seconds(argument: argument) == nil)
    }

    @Test func timestamp() {
        #expect(RunTimestamp.text(secondsSince1970: 0) == "19700101-000000")
        #expect(RunTimestamp.text(secondsSince1970: 1_795_442_531) == "20261123-140211")
    }
}
