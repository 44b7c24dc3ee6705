import Verdicts

extension MountRule {
    /// Faults in the kernel log that may still last.
    static let kernelLog = MountRule { evidence in
        lost(evidence) + timeouts(evidence) + lbug(evidence)
    }

    /// Connections that were lost and did not come back; when the client knows the state of a target, that state
    /// counts.
    private static func lost(_ evidence: MountEvidence) -> [Finding] {
        guard evidence.mount.tells("untouched") else { return [] }
        let read = Set(evidence.imports.map(\.target))
        let events = evidence.events.filter { event in
            event.target.map { !read.contains($0) } ?? true
        }
        let lost = events.filter { $0.kind == .lost }
        let doubted = events.filter { $0.kind == .doubt }
        var findings: [Finding] = []
        if let newest = MountEvidence.newest(lost) {
            findings.append(
                evidence.finding(
                    "connection_lost",
                    "connection to \(names(lost)) lost and not restored; not touched\(MountEvidence.quoted(newest.line))"
                ))
        }
        if let newest = MountEvidence.newest(doubted) {
            findings.append(
                evidence.finding(
                    "connection_lost",
                    "connection to \(names(doubted)) lost, and whether it came back is not known: others did, and the kernel prints few of these lines; not touched\(MountEvidence.quoted(newest.line))",
                    severity: .unknown,
                    remedy:
                        "run fleet as root, or allow sudo: then the connections themselves are read"
                ))
        }
        return findings
    }

    /// The targets of events: the first few names and the total number.
    private static func names(_ events: [MountEvent]) -> String {
        let names = events.map { $0.target ?? "?" }
        let shown = names.prefix(4).joined(separator: ", ")
        return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
    }

    /// Lustre's log does not always name the file system of a request, so this is reported once, for the first mount.
    private static func timeouts(_ evidence: MountEvidence) -> [Finding] {
        guard evidence.isLustre else { return [] }
        let others = evidence.isFirstLustre ? evidence.answer.events.filter { $0.key == nil } : []
        let events = evidence.recent((evidence.events + others).filter { $0.kind == .timeout })
        guard let newest = MountEvidence.newest(events) else { return [] }
        let when = evidence.hours(since: newest).map { ", last \(ago($0))" } ?? ""
        let count = events.reduce(0) { $0 + $1.count }
        return [
            evidence.finding(
                "timeouts",
                "requests timed out \(count == 1 ? "once" : "\(count) times")\(when)\(MountEvidence.quoted(newest.line))"
            )
        ]
    }

    private static func lbug(_ evidence: MountEvidence) -> [Finding] {
        guard evidence.isLustre,
            let event = MountEvidence.newest(evidence.answer.events.filter { $0.kind == .lbug })
        else { return [] }
        return [
            evidence.finding(
                "lbug",
                "the client met a bug and stopped; not touched\(MountEvidence.quoted(event.line))")
        ]
    }

    /// Tasks that have been waiting in the file system's code for long.
    static let tasks = MountRule { evidence in
        let system =
            evidence.isLustre
            ? "lustre" : evidence.mount.type?.hasPrefix("nfs") == true ? "nfs" : ""
        let stuck = evidence.answer.stuck.filter { $0.system == system }
        guard let first = stuck.first else { return [] }
        let isTouched = !evidence.mount.tells("untouched")
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
