import FanOut
import FoundationEssentials

/// The time in a run's name.
package enum RunTimestamp {
    /// A new run's name.
    static func newID() -> RunID {
        let now = Date().timeIntervalSince1970
        return RunID(
            timestamp: text(secondsSince1970: Int(now)),
            fraction: UInt8(clamping: Int((now - now.rounded(.down)) * 256)))
    }

    /// A time as `20261123-140211`, in UTC, so that names sort by time.
    package static func text(secondsSince1970 seconds: Int) -> String {
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        let digits = text.filter(\.isNumber)
        return "\(digits.prefix(8))-\(digits.dropFirst(8))"
    }
}
