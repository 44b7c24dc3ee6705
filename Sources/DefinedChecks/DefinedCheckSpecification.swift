package import Reports
package import Verdicts

/// What `fleet check` asks: a probe that a file describes.
package struct DefinedCheckSpecification: ReportedSpecification {
    package static let kind = "check"
    /// The probe as its file has it.
    package var definition: ProbeDefinition
    /// Which findings count, and for how much.
    package var policy: FindingPolicy

    /// Asks for a probe.
    package init(_ definition: ProbeDefinition, policy: FindingPolicy = FindingPolicy()) {
        self.definition = definition
        self.policy = policy
    }

    private enum CodingKeys: String, CodingKey {
        // The name that a nameless value of an enumeration's case had in the manifests of fleet 0.1.
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
