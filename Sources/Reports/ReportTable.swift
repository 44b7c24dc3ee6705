package import Terminal
package import Verdicts

/// How a command's rows look to people.
///
/// Rows are printed one by one, as nodes end, where the columns' minimum widths are what makes them line up; or all
/// at once when the last is in, where they are folded, or compared with each other.
package protocol ReportTable: Sendable {
    /// The columns.
    var columns: [Table.Column] { get }
    /// Whether rows wait for the last one: what they say depends on the others.
    var printsAtEnd: Bool { get }
    /// The rows of one node, usually one.
    func rows(for report: NodeReport) -> [[String]]
    /// All lines of a run that is over, without newlines.
    ///
    /// - Parameters:
    ///   - reports: The rows in the order of the targets.
    ///   - width: The terminal's columns; nil where the output is no terminal.
    /// - Returns: The lines, heading first.
    func lines(for reports: [NodeReport], width: Int?) -> [String]
}

extension ReportTable {
    /// No: rows are printed as they come.
    package var printsAtEnd: Bool { false }

    /// The rows in order, unfolded.
    package func lines(for reports: [NodeReport], width: Int?) -> [String] {
        var table = Table(columns)
        for row in reports.flatMap(rows) { table.add(row) }
        return table.lines(width: width)
    }
}

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
