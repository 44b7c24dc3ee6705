import FoundationEssentials

/// A time of day in the machine's time zone.
package enum ClockTime {
    /// `14:20` today, else `2026-11-24 14:20`.
    @Sendable package static func text(_ seconds: Int) -> String {
        let moment = parts(of: seconds)
        return moment.day == parts(of: Int(Date().timeIntervalSince1970)).day
            ? moment.time : "\(moment.day) \(moment.time)"
    }

    /// `14:20:07` today, else `2026-11-24 14:20:07`.
    @Sendable package static func withSeconds(_ seconds: Int) -> String {
        let second = seconds % 60
        // Time zones differ by whole minutes, so the seconds are the same in all of them.
        return text(seconds) + (second < 10 ? ":0" : ":") + String(second)
    }

    private static func parts(of seconds: Int) -> (day: String, time: String) {
        let calendar = Calendar(identifier: .gregorian)
        let parts = calendar.dateComponents(
            in: .current, from: Date(timeIntervalSince1970: Double(seconds)))
        func two(_ number: Int?) -> String {
            let number = number ?? 0
            return number < 10 ? "0\(number)" : "\(number)"
        }
        return (
            "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day))",
            "\(two(parts.hour)):\(two(parts.minute))"
        )
    }
}
