import Verdicts

/// Limits that only a site's configuration sets: they are compared with the facts of each GPU.
struct FactLimits: Sendable {
    /// The rule about temperatures: without a configuration only the GPU's own limits count.
    static let temperature = "gpu.temperature"

    private let limits: GPULimits

    init(_ limits: GPULimits) {
        self.limits = limits
    }

    /// The facts beyond a limit that no other finding reports yet.
    func findings(beside judgement: Judgement) -> [Finding] {
        guard let limit = limits.temperatureMargin else { return [] }
        return (judgement.facts["gpus"]?.elements ?? []).map(\.fields).compactMap { gpu in
            guard let margin = gpu["temperature_margin_c"]?.number, margin < limit else {
                return nil
            }
            let subject = GPUVerdicts.subject(of: gpu)
            let isTold = judgement.findings.contains {
                $0.code == Self.temperature && $0.subject == subject
            }
            return isTold
                ? nil
                : Finding(
                    .warn, code: Self.temperature, subject: subject,
                    message: "\(Int(margin)) degrees left, less than the site's \(Int(limit))",
                    remedy: GPURemedy.cooling)
        }
    }
}
