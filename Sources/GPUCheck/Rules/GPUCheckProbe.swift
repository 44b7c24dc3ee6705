package import FanOut
package import SlurmModel
package import Verdicts

/// `fleet gpu-check`: runs nvidia-smi on a node and judges its answer.
package struct GPUCheckProbe: Probe {
    package let name = "gpu-check"
    package let payload: Payload
    package let use = NodeUse.reads
    package let gpuRequest = RunPlan.GPURequest.free

    /// Seconds nvidia-smi may take.
    ///
    /// A healthy one needs 1 to 2 s, a busy host with 8 GPUs up to 5 s, and a GPU whose firmware died blocks every
    /// call for 45 s: a healthy node has answered within 20 s.
    package static let toolSeconds = 20

    /// Seconds the collector needs for everything else.
    private static let restSeconds = 5

    /// Seconds nvidia-smi has in this run: less than ``toolSeconds`` when the user's own limit is shorter.
    private let limit: Int
    /// The limits of the rules.
    private let limits: GPULimits

    /// Makes the probe.
    ///
    /// - Parameters:
    ///   - timeout: Seconds it may run in all.
    ///   - limits: The limits of its rules.
    package init(timeout: Int, limits: GPULimits = GPULimits()) {
        limit = max(1, min(Self.toolSeconds, timeout - Self.restSeconds))
        self.limits = limits
        payload = Payload(
            script: String(decoding: PackageResources.gpu_check_sh, as: UTF8.self),
            variables: ["FLEET_TOOL_SECONDS=\(limit)"], timeout: timeout)
    }

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        let answer = GPUAnswer(result.stdout)
        // What a payload sent before it ran out of time is judged as well.
        let ranOut = result.outcome == .timedOut
        if !(ranOut && answer.isBegun), let none = Judgement(withoutAnswer: result) { return none }
        guard answer.isBegun else {
            return Judgement(findings: [
                Finding(
                    .unknown, code: "gpu.incomplete", message: "the node's answer is incomplete",
                    remedy: "try again; see its stderr with --format json")
            ])
        }
        var evidence = GPUEvidence(
            answer, node: node, launcher: result.launcher, ranOut: ranOut)
        evidence.limits = limits
        if evidence.timedOut, limit < Self.toolSeconds { evidence.shortLimit = limit }
        var judgement = GPUCheck.judge(evidence).judgement
        judgement.findings += FactLimits(limits).findings(beside: judgement)
        return judgement
    }

    package func settled(_ report: NodeReport) -> NodeReport {
        GPUVerdicts.refreshed(GPUOneFault.told(report))
    }
}
