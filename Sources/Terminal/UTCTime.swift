/// Times as ISO 8601 in UTC: `2026-11-25T01:49:02Z`.
///
/// It does not use Foundation's formatter, which takes microseconds, because 20,000 nodes have three times each.
package enum UTCTime {
    /// The text of a time.
    ///
    /// - Parameter seconds: Since 1970; limited to the years 0 to 9999.
    /// - Returns: 20 characters.
    package static func text(_ seconds: Int) -> String {
        // The first moment of the year 0, and the last of 9999.
        let seconds = min(max(seconds, -62_167_219_200), 253_402_300_799)
        let second = ((seconds % 86_400) + 86_400) % 86_400
        let day = (seconds - second) / 86_400
        let (year, month, date) = calendar(day: day)
        var text: [UInt8] = []
        text.reserveCapacity(20)
        func add(_ number: Int, _ digits: Int, then mark: Unicode.Scalar) {
            var divisor = digits == 4 ? 1_000 : 10
            while divisor > 0 {
                text.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
                divisor /= 10
            }
            text.append(UInt8(ascii: mark))
        }
        add(year, 4, then: "-")
        add(month, 2, then: "-")
        add(date, 2, then: "T")
        add(second / 3_600, 2, then: ":")
        add(second / 60 % 60, 2, then: ":")
        add(second % 60, 2, then: "Z")
        return String(decoding: text, as: UTF8.self)
    }

    /// The Gregorian date of a day counted from 1970-01-01.
    ///
    /// The year begins in March here, so that the leap day is its last one, and months have the lengths that the
    /// line through 153 days for each five of them gives; 719,468 days lie between 0000-03-01 and 1970-01-01,
    /// and 146,097 make 400 years: one such cycle more keeps January and February of the year 0 above zero.
    private static func calendar(day: Int) -> (year: Int, month: Int, date: Int) {
        let days = day + 719_468 + 146_097
        let cycle = days / 146_097
        let inCycle = days % 146_097
        let yearInCycle = (inCycle - inCycle / 1_460 + inCycle / 36_524 - inCycle / 146_096) / 365
        let inYear = inCycle - (365 * yearInCycle + yearInCycle / 4 - yearInCycle / 100)
        let fromMarch = (5 * inYear + 2) / 153
        let date = inYear - (153 * fromMarch + 2) / 5 + 1
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        return ((cycle - 1) * 400 + yearInCycle + (month <= 2 ? 1 : 0), month, date)
    }
}
