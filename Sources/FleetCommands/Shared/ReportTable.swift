package import FleetCore

/// How a command's rows look to people.
package protocol ReportTable: Sendable {
    /// The columns.
    var columns: [Table.Column] { get }
    /// The rows of one node, usually one.
    func rows(for report: NodeReport) -> [[String]]
}
