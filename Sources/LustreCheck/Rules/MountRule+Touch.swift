import Verdicts

extension MountRule {
    /// It answers, with figures.
    static let answer = MountRule { evidence in
        let mount = evidence.mount
        // The rule that found the obstacle has told why.
        if mount["untouched"] != nil { return obstacle(evidence) }
        if let hung = mount.hung { return [Self.hung(evidence, hung.seconds, hung.step)] }
        if let rest = mount.unanswered {
            return [
                evidence.finding(
                    "unanswered",
                    "mounted; the check's time was over after \(rest.seconds) s at: \(rest.step)")
            ]
        }
        if let cause = mount["statfs_error"] {
            if cause.contains("Permission denied") {
                return [
                    evidence.finding(
                        "denied", "mounted; whether it answers could not be seen: \(cause)")
                ]
            }
            return [evidence.finding("stale", "mounted, but does not work: \(cause)")]
        }
        guard mount.space != nil else {
            return [evidence.finding("no_figures", "mounted, but it gives no size")]
        }
        guard mount["no_scratch"] != nil else { return [] }
        return [
            evidence.finding(
                "no_scratch",
                "no trial file was written: no room for a temporary file in /dev/shm or /tmp")
        ]
    }

    /// An obstacle that no rule could name still is no good news.
    private static func obstacle(_ evidence: MountEvidence) -> [Finding] {
        let others = [servers, kernelLog, tasks].flatMap { $0.findings(evidence) }
        guard others.allSatisfy({ $0.severity < .unknown }) else { return [] }
        return [
            evidence.finding("no_figures", "mounted; not touched, since that could hang the node")
        ]
    }

    private static func hung(_ evidence: MountEvidence, _ seconds: Int, _ step: String) -> Finding {
        let late = "does not answer (\(seconds) s)"
        let words = step.split(separator: " ", maxSplits: 1).map(String.init)
        switch words.first {
        case "lfs":
            return evidence.finding("ost_hung", "answers, but lfs df \(late): an OST is dead")
        case "readdir" where words.count == 2:
            return evidence.finding("hung", "\(late): reading the folder \(words[1])")
        case "canary":
            let ost = words.count == 2 ? Int(words[1]) : nil
            return evidence.finding(
                "hung", "\(late): writing a file\(ost.map { " on OST \($0)" } ?? "")")
        default: return evidence.finding("hung", late)
        }
    }
}
