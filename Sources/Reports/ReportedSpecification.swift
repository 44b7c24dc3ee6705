package import Verdicts

/// A specification whose rows have a table of their own; other specifications get a plain row per node.
package protocol ReportedSpecification: ProbeSpecification {
    /// The rows' form.
    func table(_ view: ReportView) -> any ReportTable
    /// Makes metrics from the run; nil when it has none.
    var metrics: (any RunMetrics)? { get }
}

extension ReportedSpecification {
    /// None.
    package var metrics: (any RunMetrics)? { nil }
}

/// What the user wants to see of a check.
package struct ReportView: Sendable {
    /// A row per node, unfolded.
    package var wide: Bool
    /// A row per GPU.
    package var gpus: Bool
    /// What differs between nodes.
    package var diff: Bool
    /// How a change would reach the nodes, if the run is a rehearsal; otherwise nil.
    package var plan: DryRun?

    /// Asks for a view.
    package init(wide: Bool = false, gpus: Bool = false, diff: Bool = false, plan: DryRun? = nil) {
        self.wide = wide
        self.gpus = gpus
        self.diff = diff
        self.plan = plan
    }
}

/// The table that belongs to a specification.
package enum RunTables {
    /// The table of a run.
    package static func table(
        for specification: any ProbeSpecification, view: ReportView = ReportView()
    ) -> any ReportTable {
        (specification as? any ReportedSpecification)?.table(view) ?? RunTable()
    }

    /// The metrics of a run; nil for a command that has none.
    package static func metrics(for specification: any ProbeSpecification) -> (any RunMetrics)? {
        (specification as? any ReportedSpecification)?.metrics
    }
}
