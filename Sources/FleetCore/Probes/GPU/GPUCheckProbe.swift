package import SlurmModel

/// `fleet gpu-check`: nvidia-smi on a node, and what it means.
package struct GPUCheckProbe: Probe {
    package let name = "gpu-check"
    package let payload: Payload
    package let use = NodeUse.reads
    package let gpuRequest = RunPlan.GPURequest.free

    /// Seconds nvidia-smi may take.
    ///
    /// A healthy one needs 1 to 2 s, a busy 8-GPU host up to 5, and a GPU whose
    /// firmware died holds every call for 45: by 20 nothing healthy is still silent.
    package static let toolSeconds = 20

    /// Seconds nvidia-smi has on this run: less than ``toolSeconds`` where the user's own limit is shorter.
    private let limit: Int

    /// Makes the probe.
    ///
    /// - Parameter timeout: Seconds it may run in all.
    package init(timeout: Int) {
        limit = min(Self.toolSeconds, timeout)
        payload = Payload(
            script: String(decoding: PackageResources.gpu_check_sh, as: UTF8.self),
            variables: ["FLEET_TOOL_SECONDS=\(limit)"], timeout: timeout)
    }

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        let answer = GPUAnswer(result.stdout)
        // A payload that hangs in nvidia-smi so that even KILL does not end it is a finding, not a mystery.
        let hung = result.outcome == .timedOut && answer.isBegun
        if !hung, let none = Judgement(withoutAnswer: result) { return none }
        guard hung || answer.exit != nil else {
            return Judgement(findings: [
                Finding(
                    .unknown, code: "gpu.incomplete", message: "the node's answer is incomplete",
                    remedy: "try again; see its stderr with --format json")
            ])
        }
        let silent = hung || answer.exit == .exited(124) || answer.exit == .signalled(9)
        if silent, limit < Self.toolSeconds {
            return Judgement(findings: [
                Finding(
                    .unknown, code: "gpu.slow",
                    message:
                        "nvidia-smi did not answer within \(limit) s (--timeout), which a busy driver may need",
                    remedy: "check again with a --timeout of \(Self.toolSeconds)s or more")
            ])
        }
        return GPUCheck.judge(
            GPUEvidence(
                exit: answer.exit, stdout: answer.document,
                stderr: String(decoding: result.stderr, as: UTF8.self),
                expected: node?.gpus ?? [],
                requested: node.flatMap(RunPlan.requestedGPUs)?.count ?? 0,
                timedOut: silent)
        ).judgement
    }
}
