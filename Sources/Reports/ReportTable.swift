package import Terminal
package import Verdicts

/// How a command's rows are shown to people.
///
/// Rows are printed one by one as nodes end, lined up by the columns' minimum widths; or all at once after the last
/// one, if they are folded or compared with each other.
package protocol ReportTable: Sendable {
    /// The columns.
    var columns: [Table.Column] { get }
    /// Whether all rows are printed after the last one, because their texts depend on each other.
    var printsAtEnd: Bool { get }
    /// What `--format csv` says of a check beside what every row has; nil for a command, whose rows have its output.
    var csv: [CSVColumn]? { get }
    /// The rows of one node, usually one.
    func rows(for report: NodeReport) -> [[String]]
    /// All lines of a finished run, without newlines.
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

    /// Nothing more: what a check's script wrote is no table's.
    package var csv: [CSVColumn]? { [] }

    /// The rows in order, unfolded.
    package func lines(for reports: [NodeReport], width: Int?) -> [String] {
        var table = Table(columns)
        for row in reports.flatMap(rows) { table.add(row) }
        return table.lines(width: width)
    }
}

/// The table of a run whose rows another command prints: only the closing line is shown.
package struct HiddenTable: ReportTable {
    package let columns: [Table.Column] = []
    package let printsAtEnd = true

    /// Makes a value of its parts.
    package init() {
    }

    package func rows(for report: NodeReport) -> [[String]] { [] }
    package func lines(for reports: [NodeReport], width: Int?) -> [String] { [] }
}

/// A column that a check adds to its rows of comma-separated values.
package struct CSVColumn: Sendable {
    /// Its heading.
    let name: String
    /// A row's field; empty where it does not apply.
    let value: @Sendable (NodeReport) -> String

    /// Makes a column.
    package init(_ name: String, value: @escaping @Sendable (NodeReport) -> String) {
        self.name = name
        self.value = value
    }
}
