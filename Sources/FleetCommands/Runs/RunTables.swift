import FleetCore

/// The rows' form that belongs to what a run asked.
enum RunTables {
    /// What a reader of a check wants to see.
    struct View {
        /// A row per node, unfolded.
        var wide = false
        /// A row per GPU.
        var gpus = false
        /// What differs between nodes.
        var diff = false
    }

    /// The table of a run.
    static func table(
        for specification: ProbeSpecification, view: View = View()
    ) -> any ReportTable {
        switch specification {
        case .run: RunTable()
        case .gpuCheck where view.gpus: GPUTable()
        case .gpuCheck where view.wide: GPUWideTable()
        case .gpuCheck: GPUFoldedTable()
        case .gpuDiag: GPUDiagTable()
        case .check(let definition, _) where view.diff: CheckDiffTable(definition)
        case .check(let definition, _) where view.wide: CheckWideTable(definition)
        case .check(let definition, _): CheckTable(definition)
        case .mountLustre(_, let repair, _) where repair.isRehearsal || repair.toKernel != nil:
            RepairPlanTable()
        case .checkMount where view.wide: MountWideTable()
        case .checkMount: MountFoldedTable()
        case .mountLustre: MountTable()
        }
    }

    /// The metrics of a run; nil for a command that has none.
    static func metrics(for specification: ProbeSpecification) -> (any RunMetrics)? {
        switch specification {
        case .gpuCheck, .gpuDiag: GPUMetrics()
        case .check(let definition, _): CheckMetrics(definition)
        case .checkMount: MountMetrics()
        case .run, .mountLustre: nil
        }
    }
}
