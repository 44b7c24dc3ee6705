package import Terminal
package import Verdicts

/// A run whose rows are printed by somebody else: its closing line alone is told.
package struct HiddenTable: ReportTable {
    package let columns: [Table.Column] = []
    package let printsAtEnd = true

    /// Makes a value of its parts.
    package init() {
    }

    package func rows(for report: NodeReport) -> [[String]] { [] }
    package func lines(for reports: [NodeReport], width: Int?) -> [String] { [] }
}
