import FleetCore

/// A run whose rows are printed by somebody else: its closing line alone is told.
struct NoTable: ReportTable {
    let columns: [Table.Column] = []
    let printsAtEnd = true

    func rows(for report: NodeReport) -> [[String]] { [] }
    func lines(for reports: [NodeReport], width: Int?) -> [String] { [] }
}
