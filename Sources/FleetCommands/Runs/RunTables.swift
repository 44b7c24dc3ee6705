import FleetCore

/// The rows' form that belongs to what a run asked.
enum RunTables {
    /// The table of a kept run.
    static func table(for specification: ProbeSpecification) -> any ReportTable {
        switch specification {
        case .run: RunTable()
        case .gpuCheck: GPUNodeTable()
        case .checkMount, .mountLustre: MountTable()
        }
    }
}
