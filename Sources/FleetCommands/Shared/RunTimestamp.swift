import FoundationEssentials

/// The first half of a run's name.
enum RunTimestamp {
    /// A moment as `20261123-140211`, in UTC, so that names sort by time.
    static func text(secondsSince1970 seconds: Int) -> String {
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        let digits = text.filter(\.isNumber)
        return "\(digits.prefix(8))-\(digits.dropFirst(8))"
    }
}
