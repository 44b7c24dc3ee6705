package import Terminal

/// What one look at the cluster comes to on a screen: parts from top to bottom, not yet cut to a width.
package struct StatusPicture: Sendable {
    /// One part.
    package enum Part: Sendable {
        /// A paragraph.
        case text(String, TextStyle?)
        /// A table.
        case table(Table)
        /// An empty line.
        case gap
    }

    /// The parts, from top to bottom.
    package var parts: [Part]

    /// Makes a picture.
    package init(_ parts: [Part]) {
        self.parts = parts
    }

    /// The lines.
    ///
    /// - Parameters:
    ///   - width: The terminal's columns; nil where the output is no terminal.
    ///   - styled: Whether the terminal has colours.
    ///   - isPainted: Whether it is shown on a screen that cuts what is too wide; elsewhere commands stay whole.
    /// - Returns: The lines, without newlines.
    package func lines(width: Int?, styled: Bool = false, isPainted: Bool = false) -> [String] {
        parts.flatMap { part -> [String] in
            switch part {
            case .gap: return [""]
            case .table(var table):
                table.isPainted = isPainted
                return table.lines(width: width, styled: styled)
            case .text(let text, let style):
                let text = TerminalText.visible(text)
                let pieces =
                    width.map { width in
                        isPainted
                            ? TerminalText.wrap(text, columns: max(20, width))
                            : TerminalText.wrapAround(text, columns: max(20, width))
                    } ?? [text]
                return styled ? pieces.map { style?.paint($0) ?? $0 } : pieces
            }
        }
    }

    /// The same picture with every cell and paragraph marked that differs from an earlier one.
    package func marking(changesSince earlier: StatusPicture) -> StatusPicture {
        let tables = earlier.parts.compactMap { part -> Table? in
            if case .table(let table) = part { table } else { nil }
        }
        let texts = Set(
            earlier.parts.compactMap { part -> String? in
                if case .text(let text, _) = part { text } else { nil }
            })
        var place = 0
        return StatusPicture(
            parts.map { part in
                switch part {
                case .gap: return part
                case .text(let text, let style):
                    return .text(text, texts.contains(text) ? style : .changed)
                case .table(let table):
                    defer { place += 1 }
                    guard tables.indices.contains(place) else { return part }
                    return .table(table.marking(changesSince: tables[place]))
                }
            })
    }
}
