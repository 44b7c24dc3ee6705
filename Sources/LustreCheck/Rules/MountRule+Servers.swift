import Verdicts

extension MountRule {
    /// The client is connected to every server.
    static let servers = MountRule { evidence in
        let away = evidence.imports.filter { $0.meaning != .connected && !$0.isManagement }
        let system = evidence.mount.fileSystem ?? ""
        let inactive =
            evidence.isLustre
            ? evidence.answer.inactive.filter { $0.hasPrefix(system + "-") } : []
        return [true, false].flatMap { isMetadata in
            disconnected(away.filter { $0.isMetadata == isMetadata }, evidence, isMetadata)
        }
            + (inactive.isEmpty
                ? []
                : [
                    evidence.finding(
                        "ost_inactive", "\(list(inactive)) deactivated on this client")
                ])
    }

    private static func disconnected(
        _ away: [MountImport], _ evidence: MountEvidence, _ isMetadata: Bool
    ) -> [Finding] {
        guard let first = away.first else { return [] }
        let isRecovering = away.allSatisfy { $0.meaning == .recovering }
        let server = first.server.map { ", server \($0)" } ?? ""
        return [
            evidence.finding(
                isMetadata ? "mdt_disconnected" : "ost_disconnected",
                "\(list(away.map(\.target))) not connected (\(first.state)\(server)); not touched",
                severity: isRecovering ? .unknown : .fail,
                remedy: isRecovering ? "recovery takes minutes: check again" : nil)
        ]
    }

    /// Names, of many the first and their number.
    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(4).joined(separator: ", ")
        return (names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown)
            + (names.count == 1 ? " is" : " are")
    }

    /// No server has thrown this client out lately.
    static let evictions = MountRule { evidence in
        let limit = Double(evidence.limits.eventHours)
        let now = evidence.answer["now"].flatMap(Double.init)
        // The imports' own history is exact; the log is for where it cannot be read.
        let known = evidence.imports.compactMap {
            one -> (target: String, count: Int, hours: Double?)? in
            guard one.evictions > 0 else { return nil }
            let hours = one.lastEviction.flatMap { last in now.map { ($0 - Double(last)) / 3600 } }
            return (one.target, one.evictions, hours.map { max(0, $0) })
        }
        let told = evidence.events.filter { event in
            event.kind == .evicted && !known.contains { $0.target == event.target }
        }.map { (target: $0.target ?? "?", count: $0.count, hours: evidence.hours(since: $0)) }
        let recent = (known + told).filter { $0.hours.map { $0 <= limit } ?? true }
        guard let last = recent.min(by: { $0.hours ?? 0 < $1.hours ?? 0 }) else { return [] }
        let count = recent.reduce(0) { $0 + min($1.count, 1_000_000) }
        let line = evidence.events.last { $0.kind == .evicted }.map { " [\($0.line)]" } ?? ""
        let when = last.hours.map { ", last \(Self.ago($0))" } ?? ""
        return [
            evidence.finding(
                "evicted",
                "evicted \(count == 1 ? "once" : "\(count) times")\(when) by \(last.target)\(line)")
        ]
    }

    /// Hours in words: `5 min ago`, `3 h ago`.
    static func ago(_ hours: Double) -> String {
        if hours < 1 { return "\(Int(hours * 60)) min ago" }
        return hours < 48 ? "\(Int(hours)) h ago" : "\(Int(min(hours / 24, 1e6))) d ago"
    }
}
