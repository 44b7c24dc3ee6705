package import FanOut
package import SlurmModel
package import Verdicts

/// `fleet check-mount`: whether the expected file systems are mounted, from the right source, and answer.
package struct CheckMountProbe: Probe {
    package let name = "check-mount"
    package let payload: Payload
    package let use = NodeUse.reads
    private let settings: LustreSettings
    private let limits: MountLimits

    /// Makes the probe.
    ///
    /// - Parameters:
    ///   - settings: Which mounts are checked.
    ///   - timeout: Seconds it may run in all.
    ///   - limits: The limits of its rules.
    package init(settings: LustreSettings, timeout: Int, limits: MountLimits = MountLimits()) {
        self.settings = settings
        self.limits = limits
        payload = Payload(
            script: LustreScripts.checkMount, variables: settings.environment(timeout: timeout),
            timeout: timeout)
    }

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        if let none = Judgement(withoutAnswer: result) { return none }
        let answer = MountAnswer(result.stdout)
        if settings.fstabTypes != nil, answer.hasNothingToLookAt {
            return Judgement(facts: ["applies": .bool(false)])
        }
        let judge = MountJudge(settings: settings, answer: answer, limits: limits)
        return Judgement(findings: judge.findings().map(repairable), facts: judge.facts())
    }

    /// What mount-lustre cannot repair has another remedy.
    private func repairable(_ finding: Finding) -> Finding {
        guard let types = settings.fstabTypes, !types.contains("lustre"),
            finding.remedy?.contains("mount-lustre") == true
        else { return finding }
        var finding = finding
        finding.remedy = "mount it on the node, as its fstab says"
        return finding
    }

    package func review(_ reports: [NodeReport]) -> [NodeReport] {
        MountReview(limits: limits).review(reports)
    }
}
