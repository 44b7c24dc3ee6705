import Verdicts

extension MountRule {
    /// There is room for data and for files.
    static let space = MountRule { evidence in
        guard let space = evidence.mount.space else { return [] }
        let limits = evidence.limits
        func judged(
            _ percent: Int?, _ warn: Int, _ fail: Int, _ codes: (warn: String, fail: String),
            _ what: String
        ) -> [Finding] {
            guard let percent, percent >= min(warn, fail) else { return [] }
            let code = percent >= fail ? codes.fail : codes.warn
            return [evidence.finding(code, "\(percent) % of the \(what) are used")]
        }
        return judged(
            space.usePercent, limits.spacePercent, limits.fullPercent, ("space", "full"), "space")
            + judged(
                space.inodesPercent, limits.inodesPercent, limits.inodesFullPercent,
                ("inodes", "inodes_full"), "inodes")
    }

    /// Whether a single object target is full: writes to it fail whatever df says about the whole file system.
    static let osts = MountRule { evidence in
        let limits = evidence.limits
        let mount = evidence.mount
        func over(_ limit: Int) -> [MountOST] {
            mount.osts.filter { $0.usePercent.map { $0 >= limit } ?? false }
        }
        func finding(_ code: String, _ osts: [MountOST]) -> [Finding] {
            guard let worst = osts.max(by: { $0.usePercent ?? 0 < $1.usePercent ?? 0 }) else {
                return []
            }
            let others = osts.count == 1 ? "" : ", and \(osts.count - 1) more beyond the limit"
            return [
                evidence.finding(
                    code, "\(worst.name) is \(worst.usePercent ?? 0) % full\(others)")
            ]
        }
        let full = over(limits.ostFullPercent)
        let near = over(limits.ostPercent).filter { !full.contains($0) }
        let silent = mount.ostErrors.first.map { line in
            [
                evidence.finding(
                    "ost_unread",
                    mount.ostErrors.count == 1
                        ? "lfs df: \(line)"
                        : "lfs df: \(line), and \(mount.ostErrors.count - 1) more")
            ]
        }
        return finding("ost_full", full) + finding("ost_space", near) + (silent ?? [])
    }

    /// The folders that are expected are there.
    static let folders = MountRule { evidence in
        evidence.mount.folders.flatMap { folder -> [Finding] in
            switch folder.state {
            case .ok: []
            case .missing:
                [evidence.finding("folder_missing", "the folder \(folder.name) is missing")]
            case .noFolder: [evidence.finding("folder_missing", "\(folder.name) is no folder")]
            case .unreadable(let cause):
                [
                    evidence.finding(
                        "folder_unreadable", "the folder \(folder.name) cannot be read: \(cause)")
                ]
            }
        }
    }

    /// Whether trial files can be written, read back and removed.
    static let canary = MountRule { evidence in
        let untried = untried(evidence)
        return evidence.mount.canaries.flatMap { trial -> [Finding] in
            guard case .failed(let step, let message) = trial.state else { return [] }
            let place = trial.ost.map { " on OST \($0)" } ?? ""
            if step == "create", message.contains("Permission denied") {
                return [evidence.finding("canary_denied", "no file may be created there\(place)")]
            }
            let cause = message.isEmpty && step == "read" ? "what came back differs" : message
            return [evidence.finding("canary", "a trial file\(place): \(step) failed: \(cause)")]
        } + untried
    }

    /// Object targets that should have got a trial file but did not.
    private static func untried(_ evidence: MountEvidence) -> [Finding] {
        let mount = evidence.mount
        let isTried = mount.canaries.contains { $0.state != .skipped }
        var findings: [Finding] = []
        if mount.tells("canary_untried") {
            let number = mount["canary_untried"].flatMap { Int($0) }.map(String.init) ?? "some"
            findings.append(
                evidence.finding(
                    "canary_untried",
                    "no trial file was written on \(number) further OSTs: the check's time was over"
                ))
        }
        let inactive = evidence.answer.inactive.filter(mount.owns)
        // A line of lfs df begins with the target's name: `czrc3amv-OST000d_UUID  : Resource temporarily
        // unavailable`.
        let silent = mount.ostErrors.map { line -> String in
            guard
                let name = line.split(whereSeparator: { " :".contains($0) })
                    .first(where: { $0.contains("-OST") })
            else { return "an OST" }
            return String(name.hasSuffix("_UUID") ? name.dropLast(5) : name)
        }
        let names = Set(silent + inactive).sorted()
        guard isTried, !names.isEmpty else { return findings }
        findings.append(
            evidence.finding(
                "canary_untried",
                "no trial file was written: \(list(names)) without figures, or deactivated",
                remedy: "bring them back (lctl set_param osc.NAME-osc-*.active=1), then check again"
            ))
        return findings
    }
}
