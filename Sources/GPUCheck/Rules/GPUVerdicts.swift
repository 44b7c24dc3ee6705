package import Verdicts

/// Updates each GPU's own verdict, which is among the facts, after the node's findings have changed.
package enum GPUVerdicts {
    /// The name of a GPU in findings, made from its facts: `GPU 3 (0000:a1:00.0)`.
    package static func subject(of gpu: [String: FactValue]) -> String {
        "GPU \(gpu["index"]?.integer ?? 0)" + (gpu["pci"]?.text.map { " (\($0))" } ?? "")
    }

    /// The row with every GPU's verdict computed again from its findings.
    package static func refreshed(_ report: NodeReport) -> NodeReport {
        guard let judgement = report.judgement, case .list(let gpus)? = judgement.facts["gpus"]
        else { return report }
        var report = report
        report.judgement?.facts["gpus"] = .list(
            gpus.map { gpu in
                var fields = gpu.fields
                guard !fields.isEmpty else { return gpu }
                let subject = subject(of: fields)
                let verdict = Verdict(of: judgement.findings.filter { $0.subject == subject })
                fields["verdict"] = .string(verdict.rawValue)
                return .object(fields)
            })
        return report
    }
}
