package import Reports
package import Verdicts

/// What `fleet health` asks: the checks that apply to a node, in one payload.
package struct HealthSpecification: ReportedSpecification {
    package static let kind = "health"
    package static let rules = FindingRules(
        kinds: HealthFinding.allCases.map(\.kind),
        blinding: Set(HealthFinding.allCases.map(\.kind.code)))
    /// The checks, in the order of their columns.
    package var parts: [HealthPart]
    /// How many of all checks these are.
    package var coverage: HealthCoverage
    /// The flags that chose nodes and checks, as they were given; empty for a full sweep.
    package var choice: String

    /// Asks for these parts.
    package init(_ parts: [HealthPart], coverage: HealthCoverage, choice: String = "") {
        self.parts = parts
        self.coverage = coverage
        self.choice = choice
    }

    package var probe: any Probe { HealthProbe(parts) }

    /// `health` for a full sweep: only such sweeps are compared with each other.
    package var checkName: String { choice.isEmpty ? "health" : "health \(choice)" }

    /// None of its own: what is found stands under the names of the parts.
    package var scope: CheckScope? { nil }

    package func parts(of reports: [NodeReport]) -> [ProbePart] {
        let probe = HealthProbe(parts)
        return parts.enumerated().map { place, part in
            ProbePart(
                specification: part.specification.value,
                reports: probe.reports(of: place, in: reports),
                notFor: probe.nodes(without: place, in: reports))
        }
    }

    package func table(_ view: ReportView) -> any ReportTable {
        if view.gpus { return HealthGPUTable(parts) }
        return view.wide
            ? HealthWideTable(parts, coverage: coverage)
            : HealthFoldedTable(parts, coverage: coverage)
    }

    package var metrics: (any RunMetrics)? { HealthMetrics(parts: parts, coverage: coverage) }
}
