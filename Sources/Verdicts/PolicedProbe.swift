package import FanOut
package import SlurmModel

/// A probe whose findings count for what a policy says.
package struct PolicedProbe: Probe {
    private let base: any Probe
    private let policy: FindingPolicy
    private let blinding: Set<String>

    /// Puts a policy over a probe.
    ///
    /// - Parameters:
    ///   - base: The probe.
    ///   - policy: What its findings count for.
    ///   - rules: The probe's rules; what is blinding there is never left out by `--only`.
    package init(_ base: any Probe, policy: FindingPolicy, rules: FindingRules) {
        self.base = base
        self.policy = policy
        blinding = rules.blinding
    }

    package var name: String { base.name }
    package var payload: Payload { base.payload }
    package var use: NodeUse { base.use }
    package var gpuRequest: RunPlan.GPURequest { base.gpuRequest }

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        policy.apply(to: base.judge(result, node: node), blinding: blinding)
    }

    package func review(_ reports: [NodeReport]) -> [NodeReport] {
        base.review(reports).map { report in
            var report = report
            report.judgement = report.judgement.map { policy.apply(to: $0, blinding: blinding) }
            return base.settled(report)
        }
    }

    package func settled(_ report: NodeReport) -> NodeReport { base.settled(report) }
}
