import FleetCore
import SlurmKit

/// A table of groups of nodes that are alike: node list, count, cells; and below each what is wrong there.
struct FoldedTable {
    /// Nodes that look the same.
    struct Group {
        /// The nodes, in the order of the targets.
        var nodes: [String]
        /// The cells behind node list and count.
        var cells: [String]
        /// What is wrong, or worth telling, a text each.
        var details: [String]
        /// Where the group stands: the smallest first.
        var rank: Int
    }

    /// Widest node list in a pipe, whose reader may have any width: longer ones go on below.
    private static let widestInPipe = 60
    private static let inset = "    "

    private let columns: [Table.Column]
    private let groups: [Group]

    /// Folds reports into groups.
    ///
    /// - Parameters:
    ///   - columns: The columns behind node list and count.
    ///   - reports: The rows, in the order of the targets.
    ///   - group: A group of this one node.
    init(_ columns: [Table.Column], _ reports: [NodeReport], group: (NodeReport) -> Group) {
        self.columns =
            [Table.Column("NODES"), Table.Column("COUNT", numeric: true)] + columns
        var groups: [Group] = []
        var places: [[String]: Int] = [:]
        for one in reports.map(group) {
            let key = one.cells + [""] + one.details
            if let place = places[key] {
                groups[place].nodes += one.nodes
            } else {
                places[key] = groups.count
                groups.append(one)
            }
        }
        // sort keeps the order of equals: the order of their first nodes.
        groups.sort { ($0.rank, $1.nodes.count) < ($1.rank, $0.nodes.count) }
        self.groups = groups
    }

    /// The lines, heading first, without newlines.
    func lines(width: Int?) -> [String] {
        let limit = width.map { max(12, min(24, $0 * 3 / 10)) } ?? Self.widestInPipe
        let blocks = groups.map { rows(of: $0, limit: limit) }
        var aligned = columns
        for index in aligned.indices.dropLast() {
            let cells = blocks.joined().map { TerminalText.width(TerminalText.visible($0[index])) }
            aligned[index].minimum = max(aligned[index].minimum, cells.max() ?? 0)
        }
        var lines = Table(aligned).lines(width: width)
        for (group, rows) in zip(groups, blocks) {
            var table = Table(aligned)
            rows.forEach { table.add($0) }
            lines += table.bodyLines(width: width)
            lines += group.details.flatMap { Self.detail($0, width: width) }
        }
        return lines
    }

    /// The group's rows: a node list that is too long goes on below, cut at its commas.
    private func rows(of group: Group, limit: Int) -> [[String]] {
        let pieces = TerminalText.wrap(Hostlist.fold(group.nodes), columns: limit, after: [","])
        let cells = [String(group.nodes.count)] + group.cells
        return pieces.enumerated().map {
            [$0.element] + ($0.offset == 0 ? cells : cells.map { _ in "" })
        }
    }

    /// A text below its row, set in; what goes on is set in further.
    private static func detail(_ text: String, width: Int?) -> [String] {
        let text = TerminalText.visible(text)
        guard let width, width > 30 else { return [inset + text] }
        let lines = TerminalText.wrap(text, columns: width - inset.count - 2)
        return lines.enumerated().map { inset + ($0.offset == 0 ? "" : "  ") + $0.element }
    }
}

extension NodeReport {
    /// Where a row stands in a table that shows the worst first.
    var rank: Int {
        switch verdict {
        case .fail: 0
        case .unknown: 1
        case nil: 2
        case .warn: 3
        case .ok: 4
        }
    }
}
