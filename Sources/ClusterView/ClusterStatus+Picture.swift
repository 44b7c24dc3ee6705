import SlurmModel
import Terminal

extension ClusterStatus {
    /// What a view shows.
    ///
    /// - Parameters:
    ///   - view: How to show it.
    ///   - width: The terminal's columns, for node lists that must be cut; nil where the output is no terminal.
    /// - Returns: The parts.
    package func picture(_ view: StatusView, width: Int?) -> StatusPicture {
        switch view {
        case .nodes(let columns): StatusPicture([.table(nodeTable(columns))])
        case .grouped(let grouping): StatusPicture([.table(groupTable(grouping, width: width))])
        case .overview:
            StatusPicture(
                summary.map { .text($0, nil) } + [.gap, .table(partitionTable()), .gap]
                    + attentionParts(width: width))
        }
    }

    /// The lines of a view.
    package func lines(
        _ view: StatusView = .overview, width: Int?, styled: Bool = false
    ) -> [String] {
        picture(view, width: width).lines(width: width, styled: styled)
    }

    /// The node view: a row per node.
    func nodeTable(_ columns: [NodeColumn]) -> Table {
        let last = columns.last
        var table = Table(
            columns.map {
                Table.Column($0.title, numeric: $0.isNumeric, restless: $0.isRestless)
            })
        for node in nodes {
            let cells = columns.map { column -> String in
                if column == .reason { return NodeWords.reason(of: node, now: generated) }
                let value = column.value(node, in: self)
                return value == .missing && column == last ? "" : value.words(now: generated)
            }
            var styles: [Int: TextStyle] = [:]
            if let style = node.state.style {
                for (place, column) in columns.enumerated()
                where column == .state || column == .slurm {
                    styles[place] = style
                }
            }
            table.add(cells, styles: styles, key: node.name)
        }
        return table
    }

    /// The bytes of CSV, heading first: a figure a cell, as programs read it.
    ///
    /// - Parameters:
    ///   - view: Which rows.
    ///   - isTerminal: Whether they go to a terminal and must not steer it.
    /// - Returns: The rows, each with its line end.
    package func csv(_ view: StatusView, isTerminal: Bool) -> [UInt8] {
        let rows: [[String]]
        switch view {
        case .grouped(let grouping): rows = csv(grouping)
        case .overview: rows = csv(NodeColumn.plain)
        case .nodes(let columns): rows = csv(columns)
        }
        return rows.flatMap { row in
            CSVText.record(row.map { Array((isTerminal ? TerminalText.visible($0) : $0).utf8) })
        }
    }

    private func csv(_ columns: [NodeColumn]) -> [[String]] {
        [columns.map(\.rawValue)]
            + nodes.map { node in columns.map { $0.value(node, in: self).plain } }
    }
}
