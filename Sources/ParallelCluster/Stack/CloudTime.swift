/// Times as AWS's programs write them: ISO 8601, with or without fractions, with `Z` or an offset.
package enum CloudTime {
    /// Seconds since 1970, UTC; nil for a text of another form.
    package static func seconds(_ text: String) -> Double? {
        let form =
            /(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:Z|([+-])(\d{2}):?(\d{2}))?/
        guard let parts = text.wholeMatch(of: form)?.output, let year = Int(parts.1),
            let month = Int(parts.2), let date = Int(parts.3), let hour = Int(parts.4),
            let minute = Int(parts.5), let second = Int(parts.6)
        else { return nil }
        let whole = days(year, month, date) * 86_400 + hour * 3_600 + minute * 60 + second
        let fraction = parts.7.flatMap { Double("0" + $0) } ?? 0
        let offset =
            (parts.9.flatMap { Int($0) } ?? 0) * 3_600 + (parts.10.flatMap { Int($0) } ?? 0) * 60
        return Double(whole - (parts.8 == "-" ? -offset : offset)) + fraction
    }

    /// Days from 1970-01-01 to a Gregorian date; years begin in March here, so that leap days come last.
    private static func days(_ year: Int, _ month: Int, _ date: Int) -> Int {
        let years = month <= 2 ? year - 1 : year
        let cycle = years / 400
        let inCycle = years - cycle * 400
        let inYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date - 1
        return cycle * 146_097 + inCycle * 365 + inCycle / 4 - inCycle / 100 + inYear - 719_468
    }
}
