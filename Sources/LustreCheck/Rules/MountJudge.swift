import Verdicts

/// Judges from a node's answer whether the expected file systems are mounted, from the right source, and answer.
struct MountJudge {
    let settings: LustreSettings
    let answer: MountAnswer
    var limits = MountLimits()

    /// The findings about the mounts; empty when all are right and answer.
    func findings() -> [Finding] {
        guard isWhole else {
            let message =
                answer["mount_table"] == "no"
                ? "the kernel's mount table could not be read" : "the node's answer is incomplete"
            return [
                Finding(
                    .unknown, code: "mount.incomplete", subject: settings.subject,
                    message: message,
                    remedy: "try again; see its stderr with --format json")
            ]
        }
        let mounts = answer.mounts.map(evidence)
        var seen: Set<String> = []
        let client = mounts.flatMap { mount in
            MountRule.client.flatMap { $0.findings(mount) }
        }.filter { seen.insert($0.code).inserted }
        return mounts.flatMap(findings) + client + damage
    }

    /// Lines that could not be read may have reported a fault.
    private var damage: [Finding] {
        answer.unreadable.isEmpty
            ? []
            : [
                Finding(
                    .unknown, code: "mount.incomplete", subject: settings.subject,
                    message:
                        "lines of the node's answer cannot be read: \(answer.unreadable.sorted().joined(separator: ", "))",
                    remedy: "try again; see its stderr with --format json")
            ]
    }

    /// Whether the node's answer about every expected mount is complete.
    private var isWhole: Bool {
        guard answer.isComplete, !answer.mounts.isEmpty else { return false }
        return settings.points.allSatisfy { point in answer.mounts.contains { $0.path == point } }
    }

    private func evidence(_ mount: MountSection) -> MountEvidence {
        MountEvidence(settings: settings, limits: limits, answer: answer, mount: mount)
    }

    private func findings(_ evidence: MountEvidence) -> [Finding] {
        for rule in MountRule.table {
            let findings = rule.findings(evidence)
            if !findings.isEmpty { return findings }
        }
        return MountRule.rest.flatMap { $0.findings(evidence) }
    }

    /// The facts from the answer, for JSON.
    func facts() -> [String: FactValue] {
        let findings = findings()
        let mounts = isWhole ? answer.mounts : []
        let facts = MountFacts(answer: answer, findings: findings)
        var all = facts.node
        all["mounted"] = isWhole ? .bool(mounts.allSatisfy { evidence($0).hasRightType }) : .null
        all["mounts"] = .list(
            mounts.map { mount in facts.mount(mount, isMounted: evidence(mount).hasRightType) })
        return all
    }
}

extension LustreSettings {
    /// The subject of findings about all mounts.
    var subject: String {
        guard points.isEmpty else { return points.joined(separator: ", ") }
        guard let fstabTypes, fstabTypes != ["lustre"] else { return mountPoint }
        return "the fstab's mounts of type \(fstabTypes.joined(separator: ", "))"
    }
}
