package import FleetCore

/// How a command's rows look to people.
///
/// Rows are printed one by one, as nodes end: the columns' minimum widths are what makes them line up.
package protocol ReportTable: Sendable {
    /// The columns.
    var columns: [Table.Column] { get }
    /// The rows of one node, usually one.
    func rows(for report: NodeReport) -> [[String]]
}
