package import SlurmModel

/// A probe whose findings count for what a policy says.
package struct PolicedProbe: Probe {
    private let base: any Probe
    private let policy: FindingPolicy

    /// Puts a policy over a probe.
    package init(_ base: any Probe, policy: FindingPolicy) {
        self.base = base
        self.policy = policy
    }

    package var name: String { base.name }
    package var payload: Payload { base.payload }
    package var use: NodeUse { base.use }
    package var gpuRequest: RunPlan.GPURequest { base.gpuRequest }

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        policy.apply(to: base.judge(result, node: node))
    }

    package func review(_ reports: [NodeReport]) -> [NodeReport] {
        base.review(reports).map { report in
            var report = GPUVerdicts.refreshed(policy.apply(to: report))
            report.judgement = report.judgement?.bounded
            return report
        }
    }
}
