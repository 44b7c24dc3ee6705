package import FanOut
package import SlurmModel
package import Verdicts

/// `fleet mount-lustre`: mounts the file systems with only the steps that a node needs, then checks them.
package struct MountLustreProbe: Probe {
    package let name = "mount-lustre"
    package let payload: Payload
    package let use: NodeUse
    /// Never: a repair is sent to each node once, and tells its steps while it runs.
    package let isBrief = false
    private let settings: LustreSettings
    private let repair: RepairSettings

    /// Makes the probe.
    ///
    /// - Parameters:
    ///   - settings: Which mount is meant.
    ///   - repair: How the repair is done.
    ///   - timeout: Seconds it may run in all.
    package init(
        settings: LustreSettings, repair: RepairSettings = RepairSettings(), timeout: Int
    ) {
        self.settings = settings
        self.repair = repair
        // A run that changes nothing need not wait for the node's jobs to end.
        use = repair.isRehearsal || repair.toKernel != nil ? .reads : .changes
        var payload = Payload(
            arguments: ["env"] + settings.environment(timeout: timeout)
                + repair.environment(timeout: timeout)
                + ["/bin/sh", "-c", RepairScript.starter, "fleet", RepairScript.text],
            timeout: timeout, wantsRoot: true)
        payload.tellsStages = true
        self.payload = payload
    }

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        let answer = RepairAnswer(result.stdout, mountPoint: settings.mountPoint)
        let mounts = answer.reports.map { judge(of: $0, in: answer) }
        let facts = facts(answer, mounts)
        if var none = Judgement(withoutAnswer: result) {
            none.facts = facts
            let last = answer.steps.last.map { "after \($0.name): \($0.message)" }
            for index in none.findings.indices {
                none.findings[index].message += ", \(last ?? "before its first step was done")"
            }
            return none
        }
        let failed = answer.steps.filter { !$0.succeeded }
        var findings = failed.map { step in
            MountStepFailure(step: step, subject: subject(of: step, in: answer)).finding
        }
        // A failure that concerns the whole node explains the state of all its mounts.
        guard failed.allSatisfy({ $0.mountPoint != nil }) else {
            return Judgement(findings: findings, facts: facts)
        }
        let sick = Set(failed.compactMap(\.mountPoint))
        // Each mount's check reports the findings about the client, so equal ones are shown once.
        var seen: Set<Finding> = []
        findings += mounts.filter { !sick.contains($0.settings.mountPoint) }
            .flatMap { $0.findings() }.filter { seen.insert($0).inserted }
        if !answer.isComplete || (mounts.isEmpty && !isLook), findings.isEmpty {
            findings.append(incomplete)
        }
        findings += answer.steps.filter(\.succeeded).map { step in
            Finding(
                .info, code: "mount.step.\(step.name)", subject: subject(of: step, in: answer),
                message: step.message)
        }
        return Judgement(findings: findings, facts: facts)
    }

    package func review(_ reports: [NodeReport]) -> [NodeReport] {
        isLook
            ? reports
            : MountReview(limits: MountLimits(), comparesTimes: false).review(reports)
    }

    /// Whether nothing is to be changed, so that no mount is checked afterwards.
    private var isLook: Bool { use == .reads }

    private var incomplete: Finding {
        Finding(
            .unknown, code: "mount.incomplete",
            subject: repair.everyLine ? nil : settings.mountPoint,
            message: "the node's answer is incomplete",
            remedy: "try again; see its stderr with --format json")
    }

    /// The judge of one mount, with the source and options that are expected there.
    private func judge(of report: RepairAnswer.Report, in answer: RepairAnswer) -> MountJudge {
        var settings = settings
        settings.mountPoint = report.mountPoint
        settings.points = [report.mountPoint]
        let isLast = report == answer.reports.last
        // When the next report has begun, all lines of this one are there.
        let seen = MountAnswer(report.bytes(isWhole: !isLast || answer.isComplete))
        if let entry = repair.entries.first(where: { $0.mountPoint == report.mountPoint }) {
            settings.source = entry.source
            // The node's own fstab line says which options its site wants, unless --options is given.
            if settings.options == nil, !seen.mounts.contains(where: { $0["fstab_options"] != nil })
            {
                settings.options = entry.options
            }
        }
        return MountJudge(settings: settings, answer: seen)
    }

    private func subject(of step: RepairStep, in answer: RepairAnswer) -> String? {
        if let mountPoint = step.mountPoint { return mountPoint }
        if answer.reports.count == 1 { return answer.reports[0].mountPoint }
        return repair.everyLine || repair.entries.count > 1 ? nil : settings.mountPoint
    }

    private func facts(_ answer: RepairAnswer, _ mounts: [MountJudge]) -> [String: FactValue] {
        let all = mounts.map { $0.facts() }
        var facts = all.first ?? MountJudge(settings: settings, answer: MountAnswer([])).facts()
        if all.count > 1 {
            facts["mounts"] = .list(all.flatMap { $0["mounts"]?.elements ?? [.object($0)] })
            facts["mounted"] = .bool(all.allSatisfy { $0["mounted"] == .bool(true) })
        }
        facts["already_mounted"] = .bool(answer.wasMounted)
        facts["plan"] = .list(answer.plan.map(\.fact))
        facts["steps"] = .list(answer.steps.map(\.fact))
        return facts
    }
}
