import FanOut
import SlurmKit
import Terminal
import Verdicts

/// The rows of a `fleet run` as they come, each without the node's output, of which a run may have more than memory.
struct FoldedRun {
    private let table: RunTable
    private var rows: [String: Row] = [:]
    private var order: [String] = []
    /// Whether some row shows less than its node wrote.
    private(set) var hasMore = false

    private struct Row {
        var node: String
        var cells: [String]
        var seconds: Double?
        var rank: Int
        var job: UInt32?
    }

    init(_ table: RunTable) {
        self.table = table
    }

    /// Takes a row.
    mutating func add(_ report: NodeReport) {
        let result = report.result
        // The head node may have the name of a node of the cluster.
        let key = (result.launcher == .local ? "/" : "") + result.node
        if rows[key] == nil { order.append(key) }
        rows[key] = Row(
            node: result.node, cells: table.cells(of: report), seconds: result.duration,
            rank: report.rank, job: result.jobID)
        if RunTable.hasMore(result) { hasMore = true }
    }

    /// The table: nodes that ended alike on one line, however long each took, the worst first.
    ///
    /// - Parameters:
    ///   - reports: The rows in the order in which they are to be shown; nil for that in which they came.
    ///   - width: The terminal's columns; nil where the output is no terminal.
    /// - Returns: The lines, heading first.
    func lines(of reports: [NodeReport]? = nil, width: Int?) -> [String] {
        let keys =
            reports?.map { ($0.result.launcher == .local ? "/" : "") + $0.result.node } ?? order
        var groups: [(group: FoldedTable.Group, shortest: Double?, longest: Double?)] = []
        var places: [[String]: Int] = [:]
        for row in keys.compactMap({ rows[$0] }) {
            let one = FoldedTable.Group(
                nodes: [row.node], cells: row.cells, details: [], rank: row.rank)
            var key = one.withoutNumber(of: row.job)
            key.cells[Self.seconds] = ""
            guard let place = places[key.cells] else {
                places[key.cells] = groups.count
                groups.append((one, row.seconds, row.seconds))
                continue
            }
            let known = groups[place]
            key.nodes = known.group.nodes + one.nodes
            groups[place] = (
                key, [known.shortest, row.seconds].compactMap(\.self).min(),
                [known.longest, row.seconds].compactMap(\.self).max()
            )
        }
        return FoldedTable(table.columns, groups) { item in
            var group = item.group
            group.cells[Self.seconds] = Self.span(item.shortest, item.longest)
            return group
        }.lines(width: width)
    }

    /// The place of the cell that says how long it took.
    private static let seconds = 2

    /// `0.4`, or `0.4-0.7` of nodes that took different times.
    private static func span(_ shortest: Double?, _ longest: Double?) -> String {
        guard let shortest, let longest else { return "-" }
        let texts = [Quantity.seconds(shortest), Quantity.seconds(longest)]
        return texts[0] == texts[1] ? texts[0] : texts.joined(separator: "-")
    }
}
