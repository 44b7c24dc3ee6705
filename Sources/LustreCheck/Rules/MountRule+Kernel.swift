import Verdicts

extension MountRule {
    /// The kernel log tells of nothing that is still so.
    static let kernelLog = MountRule { evidence in
        lost(evidence) + timeouts(evidence) + lbug(evidence)
    }

    /// Connections that were lost and never came back; where the client itself says that it is connected, that counts.
    private static func lost(_ evidence: MountEvidence) -> [Finding] {
        guard evidence.mount["untouched"] != nil, evidence.imports.isEmpty else { return [] }
        return evidence.events.filter { $0.kind == .lost }.map { event in
            evidence.finding(
                "connection_lost",
                "connection to \(event.target ?? "?") lost and not restored; not touched [\(event.line)]"
            )
        }
    }

    /// Lustre's log does not always say which file system a request was for: told once, for its first mount.
    private static func timeouts(_ evidence: MountEvidence) -> [Finding] {
        guard evidence.isLustre, evidence.isFirstLustre,
            let event = evidence.answer.events.first(where: { $0.kind == .timeout })
        else { return [] }
        let hours = evidence.hours(since: event)
        if let hours, hours > Double(evidence.limits.eventHours) { return [] }
        let when = hours.map { ", last \(ago($0))" } ?? ""
        return [
            evidence.finding(
                "timeouts",
                "requests timed out \(event.count == 1 ? "once" : "\(event.count) times")\(when) [\(event.line)]"
            )
        ]
    }

    private static func lbug(_ evidence: MountEvidence) -> [Finding] {
        guard evidence.isLustre,
            let event = evidence.answer.events.first(where: { $0.kind == .lbug })
        else { return [] }
        return [
            evidence.finding(
                "lbug", "the client met a bug and stopped; not touched [\(event.line)]")
        ]
    }

    /// No task waits in the file system's code for long.
    static let tasks = MountRule { evidence in
        let system =
            evidence.isLustre
            ? "lustre" : evidence.mount.type?.hasPrefix("nfs") == true ? "nfs" : ""
        let stuck = evidence.answer.stuck.filter { $0.system == system }
        guard let first = stuck.first else { return [] }
        let isTouched = evidence.mount["untouched"] == nil
        let number = stuck.count == 1 ? "1 task has" : "\(stuck.count) tasks have"
        return [
            evidence.finding(
                "stuck_tasks",
                "\(number) waited in it for 5 s at least (\(first.words))"
                    + (isTouched ? "" : "; not touched"),
                severity: isTouched ? .warn : .fail)
        ]
    }
}

extension MountEvidence {
    /// Whether no Lustre mount comes before this one.
    var isFirstLustre: Bool {
        let first = answer.mounts.first { other in
            MountEvidence(settings: settings, limits: limits, answer: answer, mount: other).isLustre
        }
        return first?.path == mount.path
    }
}
