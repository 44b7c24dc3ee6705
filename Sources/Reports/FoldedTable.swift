import FanOut
import SlurmKit
package import Terminal
package import Verdicts

/// A table with one row per group of equal nodes: node list, count, cells; and below each row its faults.
package struct FoldedTable {
    /// Nodes that look the same.
    package struct Group {
        /// The nodes, in the order of the targets.
        var nodes: [String]
        /// The cells after node list and count.
        var cells: [String]
        /// The faults and notes below the row, one text each.
        var details: [String]
        /// The position of the group: the smallest rank comes first.
        var rank: Int

        /// Makes a value of its parts.
        package init(nodes: [String], cells: [String], details: [String], rank: Int) {
            self.nodes = nodes
            self.cells = cells
            self.details = details
            self.rank = rank
        }

        /// The same without the number of the job that fleet sent to its node: each node has one of its own.
        func withoutNumber(of job: UInt32?) -> Group {
            guard let job else { return self }
            var group = self
            group.cells = cells.map { Self.withoutNumber($0, of: job) }
            group.details = details.map { Self.withoutNumber($0, of: job) }
            return group
        }

        private static func withoutNumber(_ text: String, of job: UInt32) -> String {
            let name = "job \(job)"
            guard let place = text.firstRange(of: name),
                text[place.upperBound...].first.map({ !$0.isNumber }) ?? true
            else { return text }
            return text.replacingCharacters(of: place, with: "its job")
        }
    }

    /// The widest node list in a pipe, whose reader may have any width: longer ones continue on further lines.
    private static let widestInPipe = 60

    private let columns: [Table.Column]
    private let groups: [Group]

    /// Folds items, such as reports, into groups.
    ///
    /// - Parameters:
    ///   - columns: The columns behind node list and count.
    ///   - items: The rows, in the order of the targets.
    ///   - group: A group of this one item.
    package init<Item>(_ columns: [Table.Column], _ items: [Item], group: (Item) -> Group) {
        self.init(columns, items.map { (group($0), nil) })
    }

    /// Folds rows into groups; the numbers of fleet's own jobs keep none apart.
    ///
    /// - Parameters:
    ///   - columns: The columns behind node list and count.
    ///   - reports: The rows, in the order of the targets.
    ///   - group: A group of this one row.
    package init(
        _ columns: [Table.Column], _ reports: [NodeReport], group: (NodeReport) -> Group
    ) {
        self.init(columns, reports.map { (group($0), $0.result.jobID) })
    }

    private init(_ columns: [Table.Column], _ ones: [(group: Group, job: UInt32?)]) {
        self.columns =
            [Table.Column("NODES"), Table.Column("COUNT", numeric: true)] + columns
        var groups: [Group] = []
        var places: [[String]: Int] = [:]
        for (one, job) in ones {
            let shared = one.withoutNumber(of: job)
            let key = shared.cells + [""] + shared.details
            if let place = places[key] {
                groups[place].cells = shared.cells
                groups[place].details = shared.details
                groups[place].nodes += one.nodes
            } else {
                places[key] = groups.count
                groups.append(one)
            }
        }
        // sort keeps the order of equal elements, which is the order of their first nodes.
        groups.sort { ($0.rank, $1.nodes.count) < ($1.rank, $0.nodes.count) }
        self.groups = groups
    }

    /// The lines, heading first, without newlines.
    package func lines(width: Int?) -> [String] {
        var table = Table(columns)
        for group in groups {
            for row in Self.rows(of: group.nodes, cells: group.cells, width: width) {
                table.add(row)
            }
            group.details.forEach { table.addNote($0) }
        }
        return table.lines(width: width)
    }

    /// A group's rows, node list and count first: a node list that is too long continues on further rows, cut at its
    /// commas.
    ///
    /// - Parameters:
    ///   - nodes: The nodes.
    ///   - cells: The cells after node list and count.
    ///   - width: The terminal's columns; nil where the output is no terminal.
    ///   - most: The most rows; if the list needs more, the last one shows `...`.
    /// - Returns: The rows' cells.
    package static func rows(
        of nodes: [String], cells: [String], width: Int?, most: Int = .max
    ) -> [[String]] {
        let list = Hostlist.fold(nodes)
        let cells = [String(nodes.count)] + cells
        // Where a row is a block, its list is one fact.
        if let width, width < Table.narrow { return [[list] + cells] }
        // A name is never split, however long it is.
        let limit = max(
            width.map { max(12, min($0, 80) * 3 / 10) } ?? widestInPipe,
            TerminalText.widestPiece(list))
        var pieces = TerminalText.wrap(list, columns: limit, after: [","])
        if pieces.count > most { pieces = pieces.prefix(most - 1) + ["..."] }
        return pieces.enumerated().map {
            [$0.element] + ($0.offset == 0 ? cells : cells.map { _ in "" })
        }
    }
}

extension String {
    fileprivate func replacingCharacters(of range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}

extension NodeReport {
    /// The position of a row in a table that shows the worst first.
    package var rank: Int {
        switch verdict {
        case .fail: 0
        case .unknown: 1
        case nil: 2
        case .warn: 3
        case .ok: 4
        }
    }
}
