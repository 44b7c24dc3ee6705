package import Reports
package import Verdicts

/// The specification of `fleet gpu-check`.
package struct GPUCheckSpecification: ReportedSpecification {
    package static let kind = "gpuCheck"
    package static let rules = FindingRules(
        kinds: GPUFindingCatalogue.kinds + GPUBaseline.kinds, limits: GPULimits.settable,
        blinding: GPUFindingCatalogue.blinding,
        // What only the fleet's comparison finds is one more.
        checks: GPUFindingCatalogue.checks.merging(
            GPUBaseline.kinds.map { ($0.code, "comparison") }
        ) { first, _ in first })
    /// Seconds it may take on a node.
    package var timeout: Int
    /// Which findings count, and with which severity.
    package var policy: FindingPolicy

    /// Asks for the check.
    package init(timeout: Int, policy: FindingPolicy = FindingPolicy()) {
        self.timeout = timeout
        self.policy = policy
    }

    package var probe: any Probe {
        PolicedProbe(
            GPUCheckProbe(timeout: timeout, limits: GPULimits(policy)), policy: policy,
            rules: Self.rules)
    }

    package var scope: CheckScope? { CheckScope(probe.name, policy: policy) }

    package func results(of report: NodeReport) -> [CheckResult] {
        guard let scope, let judgement = report.judgement else { return [] }
        return [
            CheckResult(
                scope, findings: judgement.findings,
                unseen: GPUFindingCatalogue.unseen(judgement.facts), blinding: Self.rules.blinding)
        ]
    }

    package func table(_ view: ReportView) -> any ReportTable {
        if view.gpus { return GPUTable() }
        return view.wide ? GPUWideTable() : GPUFoldedTable()
    }

    package var metrics: (any RunMetrics)? { GPUMetrics() }
}

/// The specification of `fleet gpu-check --diag`.
package struct GPUDiagSpecification: ReportedSpecification {
    package static let kind = "gpuDiag"
    package static let rules = FindingRules(kinds: DiagFinding.allCases.map(\.kind))
    /// DCGM's level, 1 to 3.
    package var level: Int
    /// Seconds it may take on a node.
    package var timeout: Int
    /// Which findings count, and with which severity.
    package var policy: FindingPolicy

    /// Asks for the diagnostic.
    package init(level: Int, timeout: Int, policy: FindingPolicy = FindingPolicy()) {
        self.level = level
        self.timeout = timeout
        self.policy = policy
    }

    package var probe: any Probe {
        PolicedProbe(DiagProbe(level: level, timeout: timeout), policy: policy, rules: Self.rules)
    }

    /// A deeper level looks at all that a lighter one does.
    package var scope: CheckScope? {
        CheckScope(
            probe.name, label: level == 1 ? nil : "\(probe.name) \(level)",
            details: (1...max(1, level)).dropFirst().map { "level \($0)" }, policy: policy)
    }

    package func table(_ view: ReportView) -> any ReportTable { GPUDiagTable() }
    package var metrics: (any RunMetrics)? { GPUMetrics() }
}
