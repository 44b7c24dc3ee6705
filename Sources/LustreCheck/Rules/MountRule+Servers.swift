import Verdicts

extension MountRule {
    /// The client is connected to every server.
    static let servers = MountRule { evidence in
        let away = evidence.imports.filter { $0.meaning != .connected && !$0.isManagement }
        let inactive =
            evidence.isLustre ? evidence.answer.inactive.filter(evidence.mount.owns) : []
        return [true, false].flatMap { isMetadata in
            disconnected(away.filter { $0.isMetadata == isMetadata }, evidence, isMetadata)
        }
            + (inactive.isEmpty
                ? []
                : [
                    evidence.finding(
                        "ost_inactive", "\(list(inactive)) deactivated on this client",
                        remedy: "activate: lctl set_param "
                            + inactive.prefix(4).map { "osc.\($0)-osc-*.active=1" }
                            .joined(separator: " "))
                ])
    }

    private static func disconnected(
        _ away: [MountImport], _ evidence: MountEvidence, _ isMetadata: Bool
    ) -> [Finding] {
        guard let first = away.first else { return [] }
        let isRecovering = away.allSatisfy { $0.meaning == .recovering }
        let server = first.server.map { ", server \($0)" } ?? ""
        let port = evidence.answer["server_port"] ?? "988"
        return [
            evidence.finding(
                isMetadata ? "mdt_disconnected" : "ost_disconnected",
                "\(list(away.map(\.target))) not connected (\(first.state)\(server)); not touched",
                severity: isRecovering ? .unknown : .fail,
                remedy: isRecovering
                    ? "recovery takes minutes: check again"
                    : "check the file system's servers, and TCP \(port) to them")
        ]
    }

    /// Names with their verb: the first few names and the total number.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(4).joined(separator: ", ")
        return (names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown)
            + (names.count == 1 ? " is" : " are")
    }

    /// No server has thrown this client out lately.
    static let evictions = MountRule { evidence in
        let limit = Double(evidence.limits.eventHours)
        let now = evidence.number("now")
        // The imports' own history is exact; the log is used only when the imports cannot be read.
        let known = evidence.imports.compactMap {
            one -> (target: String, count: Int, hours: Double?)? in
            guard one.evictions > 0 else { return nil }
            let hours = one.lastEviction.flatMap { last in now.map { ($0 - Double(last)) / 3600 } }
            return (one.target, one.evictions, hours.map { max(0, $0) })
        }
        let events = evidence.events.filter { $0.kind == .evicted }
        let read = Set(evidence.imports.map(\.target))
        let told = events.filter { event in event.target.map { !read.contains($0) } ?? true }
            .map { (target: $0.target ?? "?", count: $0.count, hours: evidence.hours(since: $0)) }
        let recent = (known + told).filter { $0.hours.map { $0 <= limit } ?? true }
        let last = recent.min { ($0.hours ?? 0, $0.target) < ($1.hours ?? 0, $1.target) }
        guard let last else { return [] }
        let count = recent.reduce(0) { $0 + min($1.count, 1_000_000) }
        // The newest line about one of these targets.
        let lines = events.filter { event in recent.contains { $0.target == event.target } }
        let line = MountEvidence.newest(lines).map { MountEvidence.quoted($0.line) } ?? ""
        let when = last.hours.map { ", last \(Self.ago($0))" } ?? ""
        return [
            evidence.finding(
                "evicted",
                "evicted \(count == 1 ? "once" : "\(count) times")\(when) by \(last.target)\(line)")
        ]
    }

    /// A number of hours in words: `5 min ago`, `3 h ago`.
    static func ago(_ hours: Double) -> String {
        if hours < 1 { return "\(Int(hours * 60)) min ago" }
        return hours < 48 ? "\(Int(hours)) h ago" : "\(Int(min(hours / 24, 1e6))) d ago"
    }
}
