package import FanOut
package import SlurmModel

/// A probe whose findings get their severity from a policy.
package struct PolicedProbe: Probe {
    private let base: any Probe
    private let policy: FindingPolicy
    private let blinding: Set<String>

    /// Applies a policy to a probe.
    ///
    /// - Parameters:
    ///   - base: The probe.
    ///   - policy: Which findings count, and with which severity.
    ///   - rules: The probe's rules; `--only` never hides the findings that are blinding in them.
    package init(_ base: any Probe, policy: FindingPolicy, rules: FindingRules) {
        self.base = base
        self.policy = policy
        blinding = rules.blinding
    }

    package var name: String { base.name }
    package var payload: Payload { base.payload }
    package var use: NodeUse { base.use }
    package var isBrief: Bool { base.isBrief }
    package var gpuRequest: RunPlan.GPURequest { base.gpuRequest }

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        policy.apply(to: base.judge(result, node: node), blinding: blinding)
    }

    package func review(_ reports: [NodeReport]) -> [NodeReport] {
        base.review(reports).map { report in
            var report = report
            report.judgement = report.judgement.map { policy.apply(to: $0, blinding: blinding) }
            report = base.settled(report)
            report.judgement = report.judgement?.bounded
            return report
        }
    }

    package func settled(_ report: NodeReport) -> NodeReport { base.settled(report) }
}
