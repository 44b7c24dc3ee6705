package import Reports
package import Verdicts

/// What `fleet check` asks: a probe that is defined in a file.
package struct DefinedCheckSpecification: ReportedSpecification {
    package static let kind = "check"
    /// The probe as defined in its file.
    package var definition: ProbeDefinition
    /// Which findings count, and with which severity.
    package var policy: FindingPolicy

    /// Asks for a probe.
    package init(_ definition: ProbeDefinition, policy: FindingPolicy = FindingPolicy()) {
        self.definition = definition
        self.policy = policy
    }

    private enum CodingKeys: String, CodingKey {
        // The key under which fleet 0.1 stored the enumeration case's unnamed value in its manifests.
        case definition = "_0"
        case policy
    }

    package var probe: any Probe {
        PolicedProbe(DefinedProbe(definition), policy: policy, rules: Self.rules)
    }

    package var scope: CheckScope? { CheckScope(probe.name, policy: policy) }

    package func table(_ view: ReportView) -> any ReportTable {
        if view.diff { return CheckDiffTable(definition) }
        return view.wide ? CheckWideTable(definition) : CheckTable(definition)
    }

    package var metrics: (any RunMetrics)? { CheckMetrics(definition) }
}
