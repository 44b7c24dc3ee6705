import Verdicts

extension GPURule {
    /// Whether the GPU has joined the NVLink fabric; without that CUDA does not start (error 802).
    static let fabric = GPURule { gpu, evidence in
        // A split GPU (MIG) does not join the fabric.
        guard !gpu.isSplit, let state = gpu.fabric.state.word else { return [] }
        let status = gpu.fabric.statusText
        let said = "fabric state \"\(state)\"" + (status.map { ", status \"\($0)\"" } ?? "")
        switch state.lowercased() {
        case "completed":
            guard let status, status.lowercased() != "success" else { return [] }
            return [gpu.finding(.fail, "gpu.fabric", said, remedy: GPURemedy.fabric)]
        case "in progress":
            // Joining takes seconds once the fabric manager runs, which is soon after boot.
            let isLate = evidence.uptime.map { $0 > Double(evidence.limits.fabricSeconds) } ?? false
            return [
                gpu.finding(
                    isLate ? .fail : .warn, "gpu.fabric", said + ": CUDA fails with error 802",
                    remedy: isLate ? GPURemedy.fabric : "check again in a few minutes")
            ]
        case "not started":
            return [
                gpu.finding(
                    .fail, "gpu.fabric", said + ": CUDA fails with error 802",
                    remedy: GPURemedy.fabric)
            ]
        default:
            return [gpu.finding(.unknown, "gpu.fabric", said + ", which is not known here")]
        }
    }

    /// The fabric's report about its own health.
    static let fabricHealth = GPURule { gpu, _ in
        let fabric = gpu.fabric
        func word(_ value: GPUValue, unless good: String...) -> String? {
            value.word.flatMap { good.contains($0.lowercased()) ? nil : $0 }
        }
        let broken = [
            word(fabric.summary, unless: "healthy").map { "summary \($0)" },
            word(fabric.bandwidth, unless: "full").map { "bandwidth \($0)" },
            fabric.routeUnhealthy.flag == true ? "a route is unhealthy" : nil,
            word(fabric.misconfiguration, unless: "none", "no", "false").map {
                "wrong configuration: \($0)"
            },
        ].compactMap(\.self)
        let recovering = [
            fabric.routeRecovery.flag == true ? "a route is being repaired" : nil,
            fabric.accessRecovery.flag == true ? "access is being recovered" : nil,
        ].compactMap(\.self)
        guard !broken.isEmpty || !recovering.isEmpty else { return [] }
        return [
            gpu.finding(
                broken.isEmpty ? .warn : .fail, "gpu.fabric_health",
                "fabric health: " + (broken + recovering).joined(separator: ", "),
                remedy: broken.isEmpty ? "check again in a few minutes" : GPURemedy.fabricHealth)
        ]
    }
}
