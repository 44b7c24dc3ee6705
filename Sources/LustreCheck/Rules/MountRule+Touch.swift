import Verdicts

extension MountRule {
    /// It answers, with figures.
    static let answer = MountRule { evidence in
        let mount = evidence.mount
        var findings: [Finding] = []
        // Another rule has found the obstacle and reported its cause.
        if mount.tells("untouched") { findings += obstacle(evidence) }
        if let hung = mount.hung { findings.append(Self.hung(evidence, hung.seconds, hung.step)) }
        if let cause = mount["statfs_error"] {
            findings.append(
                cause.contains("Permission denied")
                    ? evidence.finding(
                        "denied", "mounted; whether it answers could not be seen: \(cause)")
                    : evidence.finding("stale", "mounted, but does not work: \(cause)"))
        }
        if let rest = mount.unanswered {
            findings.append(
                evidence.finding(
                    "unanswered",
                    "mounted; the check's time was over after \(rest.seconds) s at: \(rest.step)"))
        }
        if findings.isEmpty, !mount.tells("untouched") { findings += figures(evidence) }
        return findings + secondLook(evidence)
    }

    /// Values that are missing in an answer that is otherwise complete.
    private static func figures(_ evidence: MountEvidence) -> [Finding] {
        let mount = evidence.mount
        guard mount.space != nil else {
            return [evidence.finding("no_figures", "mounted, but it gives no size")]
        }
        if mount.type == "lustre", mount.magic == nil {
            return [
                evidence.finding(
                    "no_figures", "mounted, but statfs does not say which file system answers")
            ]
        }
        if mount.tells("no_scratch") {
            return [
                evidence.finding(
                    "no_scratch",
                    "no trial file was written: no room for a temporary file in /dev/shm or /tmp")
            ]
        }
        let missing = missing(evidence)
        guard !missing.isEmpty else { return [] }
        return [
            evidence.finding(
                "incomplete",
                "the check of this mount point ended early; missing: \(missing.joined(separator: ", "))"
            )
        ]
    }

    /// Values that the node must report about a mount, or says it has reported, but that did not arrive.
    private static func missing(_ evidence: MountEvidence) -> [String] {
        let mount = evidence.mount
        var missing: [String] = []
        if mount.tells("touching"), !mount.tells("touched") { missing.append("its end") }
        if mount.lacks("osts_told", mount.osts.count + mount.ostErrors.count) {
            missing.append("some OSTs")
        }
        let lacksTrial = evidence.settings.canary != nil && mount.canaries.isEmpty
        // The node says the number, so the sum must not overflow.
        let untried = mount["canary_untried"].flatMap { Int($0) } ?? 0
        let trials = mount.canaries.count.addingReportingOverflow(untried).partialValue
        if lacksTrial || mount.lacks("canaries_wanted", trials) {
            missing.append("trial files")
        }
        return missing
            + evidence.settings.expectedFolders.filter { name in
                !mount.folders.contains { $0.name == name }
            }.map { "the folder \($0)" }
    }

    /// An error that was gone a second later; an eviction explains such an error.
    private static func secondLook(_ evidence: MountEvidence) -> [Finding] {
        guard let error = evidence.mount.firstErrors.first,
            evidence.mount["statfs_error"] == nil,
            !evidence.mount.ostErrors.contains(where: { error.hasSuffix($0) }),
            evictions.findings(evidence).isEmpty
        else { return [] }
        return [
            evidence.finding(
                "second_look", "the first look ended with an error, the second did not: \(error)")
        ]
    }

    /// An obstacle that no rule reported must still not look like success.
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
