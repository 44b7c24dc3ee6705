/// An aligned table for people.
///
/// Columns are as wide as their widest cell; the last one is never padded, so no line ends in blanks. With a
/// terminal's width, a last column that does not fit continues below itself, or where the other columns
/// leave it too little room, below its row: nothing is ever cut.
package struct Table: Sendable {
    /// One column.
    package struct Column: Hashable, Sendable {
        /// Its heading.
        package var title: String
        /// Whether its cells stand to the right, as numbers do.
        package var isNumeric: Bool
        /// Columns it takes at least, so that rows printed one by one line up.
        package var minimum: Int

        /// Makes a column.
        package init(_ title: String, numeric: Bool = false, minimum: Int = 0) {
            self.title = title
            isNumeric = numeric
            self.minimum = minimum
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    /// The narrowest last column that is still worth wrapping beside the others.
    private static let narrowest = 20
    /// How far a last column that has no room beside the others is set in below them.
    private static let inset = 4
    private static let gap = 2

    /// Makes a table without rows.
    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row; cells are made safe for the terminal, missing ones read as empty.
    package mutating func add(_ cells: [String]) {
        rows.append(
            columns.indices.map { $0 < cells.count ? TerminalText.visible(cells[$0]) : "" })
    }

    /// The table's lines, heading first.
    ///
    /// - Parameter width: The terminal's columns; nil where the output is no terminal.
    /// - Returns: The lines, without newlines.
    package func lines(width: Int?) -> [String] {
        let widths = columnWidths()
        return lines(of: columns.map(\.title), widths: widths, width: width)
            + rows.flatMap { lines(of: $0, widths: widths, width: width) }
    }

    /// The lines of the rows alone, without the heading.
    package func bodyLines(width: Int?) -> [String] {
        let widths = columnWidths()
        return rows.flatMap { lines(of: $0, widths: widths, width: width) }
    }

    private func columnWidths() -> [Int] {
        columns.indices.map { index in
            rows.reduce(max(columns[index].minimum, TerminalText.width(columns[index].title))) {
                max($0, TerminalText.width($1[index]))
            }
        }
    }

    private func lines(of cells: [String], widths: [Int], width: Int?) -> [String] {
        guard let last = cells.indices.last else { return [] }
        let indent = widths.dropLast().reduce(0) { $0 + $1 + Self.gap }
        let head = cells.indices.dropLast().map { index in
            pad(cells[index], to: widths[index], numeric: columns[index].isNumeric)
                + String(repeating: " ", count: Self.gap)
        }.joined()
        var tail = [
            columns[last].isNumeric
                ? pad(cells[last], to: widths[last], numeric: true) : cells[last]
        ]
        var margin = String(repeating: " ", count: indent)
        if let width, !columns[last].isNumeric {
            if width - indent >= Self.narrowest {
                tail = TerminalText.wrap(cells[last], columns: width - indent)
            } else if indent + TerminalText.width(cells[last]) > width, width >= Self.narrowest {
                margin = String(repeating: " ", count: Self.inset)
                let below = TerminalText.wrap(cells[last], columns: width - Self.inset)
                // A row that only goes on with the one above has no line of its own.
                guard !trimmed(head).isEmpty else { return below.map { margin + $0 } }
                tail = [""] + below
            }
        }
        return tail.enumerated().map { trimmed(($0.offset == 0 ? head : margin) + $0.element) }
    }

    private func pad(_ text: String, to width: Int, numeric: Bool) -> String {
        let blanks = String(repeating: " ", count: max(0, width - TerminalText.width(text)))
        return numeric ? blanks + text : text + blanks
    }

    private func trimmed(_ line: String) -> String {
        guard let end = line.lastIndex(where: { $0 != " " }) else { return "" }
        return String(line[...end])
    }
}
