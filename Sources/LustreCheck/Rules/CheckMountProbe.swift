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
        let judge = MountJudge(
            settings: settings, answer: MountAnswer(result.stdout), limits: limits)
        return Judgement(findings: judge.findings(), facts: judge.facts())
    }

    package func review(_ reports: [NodeReport]) -> [NodeReport] {
        MountReview(limits: limits).review(reports)
    }
}
