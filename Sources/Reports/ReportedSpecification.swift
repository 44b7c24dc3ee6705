package import Verdicts

/// A specification whose rows have a form of their own; others get a plain row per node.
package protocol ReportedSpecification: ProbeSpecification {
    /// The rows' form.
    func table(_ view: ReportView) -> any ReportTable
    /// How the run becomes metrics; nil where it has none.
    var metrics: (any RunMetrics)? { get }
}

extension ReportedSpecification {
    /// None.
    package var metrics: (any RunMetrics)? { nil }
}

/// What a reader of a check wants to see.
package struct ReportView: Sendable {
    /// A row per node, unfolded.
    package var wide: Bool
    /// A row per GPU.
    package var gpus: Bool
    /// What differs between nodes.
    package var diff: Bool
    /// How a change would reach the nodes, where the run only rehearses it; nil elsewhere.
    package var plan: DryRun?

    /// Asks for a view.
    package init(wide: Bool = false, gpus: Bool = false, diff: Bool = false, plan: DryRun? = nil) {
        self.wide = wide
        self.gpus = gpus
        self.diff = diff
        self.plan = plan
    }
}

/// The form that belongs to what a run asked.
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
