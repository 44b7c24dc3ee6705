/// An aligned table for people.
///
/// Columns are as wide as their widest cell; the last one is never padded, so no line ends in blanks. With a
/// terminal's width, a last column that does not fit continues below itself, or where the other columns
/// leave it too little room, below its row: nothing is ever cut. Columns that do not fit at all stand below their row with their titles; on a
/// terminal of less than ``narrow`` columns a row is a block with one fact per line.
package struct Table: Sendable {
    /// One column.
    package struct Column: Hashable, Sendable {
        /// Its heading.
        package var title: String
        /// Whether its cells are aligned to the right, as numbers are.
        package var isNumeric: Bool
        /// Its minimum width in columns, so that rows printed one by one line up.
        package var minimum: Int
        /// Whether its cells change by themselves, as ages do, so that a change is not marked.
        package var isRestless: Bool

        /// Makes a column.
        package init(
            _ title: String, numeric: Bool = false, minimum: Int = 0, restless: Bool = false
        ) {
            self.title = title
            isNumeric = numeric
            self.minimum = minimum
            isRestless = restless
        }
    }

    private struct Row {
        var cells: [String]
        var styles: [Int: TextStyle]
        /// Its subject; a row with the same key in an earlier table counts as the same row.
        var key: String?
        /// Whether it is a text below the row before it, and has no cells.
        var isNote = false
        /// So many lines it takes at most on a screen that cuts what is too wide; nil for all that it needs.
        var mostPainted: Int?
    }

    private let columns: [Column]
    private var rows: [Row] = []
    /// Whether it is shown on a screen that cuts what is too wide; elsewhere commands in texts below rows stay whole.
    package var isPainted = false

    /// The narrowest last column that is still wrapped beside the others.
    private static let narrowest = 20
    /// Below so many columns a row is a block with one fact per line.
    package static let narrow = 60
    /// How far a text below a row is indented.
    private static let inset = 4
    private static let gap = 2

    /// Makes a table without rows.
    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row; cells are made safe for the terminal, missing ones read as empty.
    ///
    /// - Parameters:
    ///   - cells: The texts.
    ///   - styles: The styles of cells, by their position.
    ///   - key: What the row is about, for ``marking(changesSince:)``.
    package mutating func add(
        _ cells: [String], styles: [Int: TextStyle] = [:], key: String? = nil
    ) {
        let safe = columns.indices.map {
            $0 < cells.count ? TerminalText.visible(cells[$0]) : ""
        }
        rows.append(Row(cells: safe, styles: styles, key: key))
    }

    /// Adds an indented text below the row before; its further lines are indented more.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - style: How it stands out.
    ///   - key: What it is about, for ``marking(changesSince:)``.
    ///   - mostPainted: So many lines it takes at most where ``isPainted``, the last one then being `...`; nil for all.
    package mutating func addNote(
        _ text: String, style: TextStyle? = nil, key: String? = nil, mostPainted: Int? = nil
    ) {
        rows.append(
            Row(
                cells: [TerminalText.visible(text)], styles: style.map { [0: $0] } ?? [:],
                key: key, isNote: true, mostPainted: mostPainted))
    }

    /// The same table, with every cell marked that differs from an earlier table.
    ///
    /// Rows are compared by their keys; rows without a key and restless columns are not marked.
    package func marking(changesSince earlier: Table) -> Table {
        let before = Dictionary(
            earlier.rows.compactMap { row in row.key.map { ($0, row.cells) } },
            uniquingKeysWith: { first, _ in first })
        var result = self
        for index in rows.indices {
            guard let key = rows[index].key else { continue }
            let old = before[key] ?? []
            for (place, cell) in rows[index].cells.enumerated() {
                let isRestless = !rows[index].isNote && columns[place].isRestless
                if !(old.indices.contains(place) && (old[place] == cell || isRestless)) {
                    result.rows[index].styles[place] = .changed
                }
            }
        }
        return result
    }

    /// The table's lines, heading first.
    ///
    /// - Parameters:
    ///   - width: The terminal's columns; nil where the output is no terminal.
    ///   - styled: Whether the terminal has colours.
    /// - Returns: The lines, without newlines.
    package func lines(width: Int?, styled: Bool = false) -> [String] {
        let widths = columnWidths()
        if let width, isNarrow(width) { return blocks(width: width, styled: styled) }
        let count = fitting(width, widths: widths)
        let heading = Row(
            cells: columns.enumerated().map { $0.offset < count ? $0.element.title : "" },
            styles: Dictionary(
                columns.indices.map { ($0, .bold) }, uniquingKeysWith: { first, _ in first }))
        return lines(of: heading, widths: widths, width: width, styled: styled)
            + bodyLines(width: width, styled: styled)
    }

    /// The lines of the rows alone, without the heading.
    package func bodyLines(width: Int?, styled: Bool = false) -> [String] {
        let widths = columnWidths()
        if let width, isNarrow(width) { return blocks(width: width, styled: styled) }
        var result: [String] = []
        result.reserveCapacity(rows.count)
        for row in rows {
            result += lines(of: row, widths: widths, width: width, styled: styled)
        }
        return result
    }

    /// The cells for a program: heading and rows, without the texts below rows.
    package var plainRows: [[String]] {
        [columns.map(\.title)] + rows.filter { !$0.isNote }.map(\.cells)
    }

    private func columnWidths() -> [Int] {
        columns.indices.map { index in
            var widest = max(columns[index].minimum, TerminalText.width(columns[index].title))
            for row in rows where !row.isNote {
                widest = max(widest, TerminalText.width(row.cells[index]))
            }
            return widest
        }
    }

    private func lines(of row: Row, widths: [Int], width: Int?, styled: Bool) -> [String] {
        if row.isNote { return noteLines(of: row, width: width, styled: styled) }
        guard let last = row.cells.indices.last else { return [] }
        let count = fitting(width, widths: widths)
        if let width, count < widths.count {
            return splitLines(of: row, widths: widths, width: width, fitting: count, styled: styled)
        }
        let indent = widths.dropLast().reduce(0) { $0 + $1 + Self.gap }
        let styles = styled ? row.styles : [:]
        var head = ""
        for index in 0..<last {
            let blanks = String(
                repeating: " ", count: max(0, widths[index] - TerminalText.width(row.cells[index])))
            let text = styles[index]?.paint(row.cells[index]) ?? row.cells[index]
            head += columns[index].isNumeric ? blanks + text : text + blanks
            head += "  "
        }
        func paint(_ text: String) -> String { styles[last]?.paint(text) ?? text }
        let cell = row.cells[last]
        if columns[last].isNumeric {
            let blanks = max(0, widths[last] - TerminalText.width(cell))
            return [trimmed(head + String(repeating: " ", count: blanks) + paint(cell))]
        }
        guard let width, !cell.isEmpty, indent + TerminalText.width(cell) > width,
            width >= Self.narrowest
        else {
            return [trimmed(head + paint(cell))]
        }
        // A name or a path beside the others must fit as a whole; below its row it has more room.
        if width - indent >= max(Self.narrowest, TerminalText.widestPiece(cell)) {
            let margin = String(repeating: " ", count: indent)
            return TerminalText.wrap(cell, columns: width - indent, after: [","]).enumerated()
                .map { trimmed(($0.offset == 0 ? head : margin) + paint($0.element)) }
        }
        let margin = String(repeating: " ", count: Self.inset)
        let below = TerminalText.wrap(cell, columns: width - Self.inset, after: [","])
            .map { trimmed(margin + paint($0)) }
        // A row that only continues the one above needs no line of its own.
        let isContinued = row.cells.dropLast().allSatisfy(\.isEmpty)
        return isContinued ? below : [trimmed(head)] + below
    }

    private func wrapped(_ text: String, columns: Int) -> [String] {
        isPainted
            ? TerminalText.wrap(text, columns: columns, after: [","])
            : TerminalText.wrapAround(text, columns: columns, after: [","])
    }

    private func noteLines(of row: Row, width: Int?, styled: Bool) -> [String] {
        let text = row.cells.first ?? ""
        let style = styled ? row.styles[0] : nil
        let margin = String(repeating: " ", count: Self.inset)
        var pieces =
            width.map {
                $0 > 30
                    ? wrapped(text, columns: $0 - Self.inset - 2) : [text]
            } ?? [text]
        if isPainted, let most = row.mostPainted, pieces.count > most {
            pieces = pieces.prefix(most - 1) + ["..."]
        }
        return pieces.enumerated().map {
            trimmed(
                margin + ($0.offset == 0 ? "" : "  ") + (style?.paint($0.element) ?? $0.element))
        }
    }

    /// Whether a terminal is too narrow for more than a fact per line.
    private func isNarrow(_ width: Int) -> Bool {
        width >= Self.narrowest && width < Self.narrow && columns.count > 3
    }

    /// How many columns stand beside each other: all, or where names in them are too long for the terminal those that fit;
    /// the others' cells then stand below their row, each with its title.
    private func fitting(_ width: Int?, widths: [Int]) -> Int {
        guard let width, let last = widths.last, widths.count > 2 else { return widths.count }
        // A last column of sentences goes on below its row; one of words stands beside the others.
        let isOfWords = columns.last?.isNumeric == true || last < Self.narrowest
        let wanted = isOfWords ? widths : widths.dropLast()
        var used = -Self.gap
        for (place, one) in wanted.enumerated() {
            used += Self.gap + one
            if used > width { return max(1, place) }
        }
        return widths.count
    }

    /// The lines of a row of which not all columns fit.
    private func splitLines(
        of row: Row, widths: [Int], width: Int, fitting count: Int, styled: Bool
    ) -> [String] {
        var head = ""
        for index in 0..<count {
            let cell = row.cells[index]
            let blanks = String(
                repeating: " ", count: max(0, widths[index] - TerminalText.width(cell)))
            let text = (styled ? row.styles[index]?.paint(cell) : nil) ?? cell
            head += (columns[index].isNumeric ? blanks + text : text + blanks) + "  "
        }
        let rest = (count..<columns.count).filter { !["", "-"].contains(row.cells[$0]) }
            .map { "\(columns[$0].title) \(row.cells[$0])" }.joined(separator: "  ")
        let margin = String(repeating: " ", count: Self.inset)
        let below =
            rest.isEmpty
            ? []
            : TerminalText.wrap(rest, columns: max(1, width - Self.inset), after: [","])
                .map { trimmed(margin + $0) }
        // A row that only continues the one above needs no line of its own.
        let isContinued = row.cells.prefix(count).allSatisfy(\.isEmpty)
        return (isContinued ? [] : [trimmed(head)]) + below
    }

    /// The rows as blocks: a line per fact, with the column's title before it; an empty line between them.
    private func blocks(width: Int, styled: Bool) -> [String] {
        let indent = (columns.map { TerminalText.width($0.title) }.max() ?? 0) + Self.gap
        let room = max(1, width - indent)
        var result: [String] = []
        for row in rows {
            guard !row.isNote else {
                result += noteLines(of: row, width: width, styled: styled)
                continue
            }
            if !result.isEmpty { result.append("") }
            for (index, cell) in row.cells.enumerated() where !cell.isEmpty {
                let title = columns[index].title
                let head = title + String(repeating: " ", count: indent - TerminalText.width(title))
                let margin = String(repeating: " ", count: indent)
                for (place, piece) in TerminalText.wrap(cell, columns: room, after: [","])
                    .enumerated()
                {
                    let text = (styled ? row.styles[index]?.paint(piece) : nil) ?? piece
                    result.append(trimmed((place == 0 ? head : margin) + text))
                }
            }
        }
        return result
    }

    private func trimmed(_ line: String) -> String {
        guard line.utf8.last == UInt8(ascii: " ") else { return line }
        guard let end = line.lastIndex(where: { $0 != " " }) else { return "" }
        return String(line[...end])
    }
}

/// How a piece of text is emphasised on a terminal with colours; elsewhere it is plain.
///
/// It uses escape sequences of ECMA-48 that every terminal since the VT220 knows; a library for them would add a
/// second way of measuring and wrapping text.
package enum TextStyle: String, Hashable, Sendable {
    case bold = "1"
    case faint = "2"
    case good = "32"
    case warning = "33"
    case bad = "31"
    case unsure = "35"
    /// A cell that differs from the previous table.
    case changed = "7"

    /// The text in this style, with the style reset after it.
    package func paint(_ text: String) -> String {
        text.isEmpty ? text : "\u{1b}[\(rawValue)m\(text)\u{1b}[0m"
    }
}
