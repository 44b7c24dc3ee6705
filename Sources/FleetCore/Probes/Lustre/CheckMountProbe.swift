package import SlurmModel

/// `fleet check-mount`: whether Lustre is mounted, the right one, and answers.
package struct CheckMountProbe: Probe {
    package let name = "check-mount"
    package let payload: Payload
    package let use = NodeUse.reads
    private let settings: LustreSettings

    /// Makes the probe.
    ///
    /// - Parameters:
    ///   - settings: Which mount is meant.
    ///   - timeout: Seconds it may run in all.
    package init(settings: LustreSettings, timeout: Int) {
        self.settings = settings
        payload = Payload(
            script: LustreScripts.checkMount, variables: settings.environment(timeout: timeout),
            timeout: timeout)
    }

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        if let none = Judgement(withoutAnswer: result) { return none }
        let judge = MountJudge(settings: settings, answer: MountAnswer(result.stdout))
        return Judgement(findings: judge.findings(), facts: judge.facts())
    }
}
