import Verdicts

/// Limits that have no rule of their own without a configuration: they are compared with what is known of each GPU.
struct FactLimits: Sendable {
    /// The rule about temperatures: without a configuration the GPU's own limits alone count.
    static let temperature = "gpu.temperature"

    private let limits: GPULimits

    init(_ limits: GPULimits) {
        self.limits = limits
    }

    /// What is beyond a limit, and not told already.
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
