package import SlurmModel

/// `fleet mount-lustre`: brings the mount up with only the steps a node needs, then checks it.
package struct MountLustreProbe: Probe {
    package let name = "mount-lustre"
    package let payload: Payload
    package let use = NodeUse.changes
    private let settings: LustreSettings

    /// Makes the probe.
    ///
    /// - Parameters:
    ///   - settings: Which mount is meant.
    ///   - timeout: Seconds it may run in all.
    package init(settings: LustreSettings, timeout: Int) {
        self.settings = settings
        payload = Payload(
            script: LustreScripts.mountLustre, variables: settings.environment(timeout: timeout),
            timeout: timeout,
            wantsRoot: true)
    }

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        let answer = MountAnswer(result.stdout)
        let judge = MountJudge(settings: settings, answer: answer)
        var facts = judge.facts()
        facts["already_mounted"] = .bool(answer["already"] == "1")
        facts["steps"] = .list(answer.steps.map(Self.fact))
        if var none = Judgement(withoutAnswer: result) {
            none.facts = facts
            let last = answer.steps.last.map { "after \($0.name): \($0.message)" }
            for index in none.findings.indices {
                none.findings[index].message += ", \(last ?? "before its first step was done")"
            }
            return none
        }
        if let failed = answer.steps.last(where: { !$0.succeeded }) {
            return Judgement(
                findings: [MountStepFailure(step: failed, settings: settings).finding], facts: facts
            )
        }
        return Judgement(findings: done(answer) + judge.findings(), facts: facts)
    }

    private func done(_ answer: MountAnswer) -> [Finding] {
        answer.steps.map { step in
            Finding(
                .info, code: "mount.step.\(step.name)", subject: settings.mountPoint,
                message: step.message)
        }
    }

    private static func fact(_ step: MountAnswer.Step) -> FactValue {
        .object([
            "name": .string(step.name), "succeeded": .bool(step.succeeded),
            "message": .string(step.message),
        ])
    }
}
