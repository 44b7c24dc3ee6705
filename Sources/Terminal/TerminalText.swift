/// Text that came from nodes or Slurm, made safe and measurable for a terminal.
package enum TerminalText {
    /// The text on one line, with all characters that control a terminal made visible.
    ///
    /// Control characters become `\n`, `\t` or `\x1b`; invisible and direction-changing characters become `\u{202e}`.
    /// The result can be printed anywhere.
    package static func visible(_ text: String) -> String {
        // Nearly all cells of a large table pass this quick test, so their characters need no look-up.
        if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return text }
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isHidden(scalar) {
                result += name(of: scalar)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The columns a text takes on a terminal: 2 for wide glyphs, 0 for marks that combine.
    package static func width(_ text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 }
            ? text.utf8.count
            : text.reduce(0) { $0 + width(of: $1) }
    }

    /// Cuts a text into lines of at most this many columns, at spaces where possible.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - columns: The columns of a line.
    ///   - breaks: Characters after which a word that is too long is preferably cut, such as the commas of a hostlist.
    /// - Returns: At least one line; a single glyph wider than the limit gets a line of its own.
    package static func wrap(
        _ text: String, columns: Int, after breaks: Set<Character> = []
    ) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
            let joined = line.isEmpty ? word : line + " " + word
            if width(joined) <= columns {
                line = joined
                continue
            }
            if !line.isEmpty { lines.append(line) }
            // Measured once and not for every line: the list of 20,000 nodes may be one word of 500 KB.
            var rest = word[...]
            var wide = width(word) > columns ? measured(rest) : 0
            while wide > columns, !rest.isEmpty {
                let head = prefix(of: rest, columns: columns, after: breaks)
                lines.append(String(head))
                rest = rest[head.endIndex...]
                wide -= measured(head)
            }
            line = String(rest)
        }
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        return lines
    }

    /// Cuts a text like ``wrap(_:columns:after:)``, but leaves a command in it whole: pasted from two lines it would be two
    /// commands.
    ///
    /// - Parameters:
    ///   - text: The text; a command begins at its start or after a `->`, a colon or a semicolon, and ends with the text.
    ///   - columns: The columns of a line.
    ///   - breaks: Characters after which a word that is too long is preferably cut.
    /// - Returns: The lines; a command that is wider than a line has one of its own, which the terminal itself goes on with.
    package static func wrapAround(
        _ text: String, columns: Int, after breaks: Set<Character> = []
    ) -> [String] {
        guard width(text) > columns,
            let start = text.firstMatch(
                of: #/(?:^|[:;>] )(?=(?:sudo (?:-\S+ )*)?(?:fleet|scontrol) [a-z])/#)
        else { return wrap(text, columns: columns, after: breaks) }
        let command = String(text[start.range.upperBound...])
        let words = String(text[..<start.range.upperBound].reversed().drop { $0 == " " }.reversed())
        var lines = words.isEmpty ? [] : wrap(words, columns: columns, after: breaks)
        if let last = lines.last, width(last) + 1 + width(command) <= columns {
            lines[lines.count - 1] = last + " " + command
        } else {
            lines.append(command)
        }
        return lines
    }

    /// The columns of the widest piece that ``wrap(_:columns:after:)`` would have to cut: between blanks, and after commas.
    package static func widestPiece(_ text: String) -> Int {
        text.split(separator: " ").flatMap { $0.split(separator: ",") }
            .map { width(String($0)) + 1 }.max() ?? 0
    }

    private static func measured(_ text: Substring) -> Int {
        text.reduce(0) { $0 + width(of: $1) }
    }

    private static func prefix(
        of text: Substring, columns: Int, after breaks: Set<Character>
    ) -> Substring {
        var end = text.startIndex
        var used = 0
        for index in text.indices {
            used += width(of: text[index])
            if used > columns, index > text.startIndex { break }
            end = text.index(after: index)
        }
        let result = text[..<end]
        return result.lastIndex(where: breaks.contains).map { result[...$0] } ?? result
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
        // Direction marks and zero-width characters; the joiner inside emoji is left alone.
        case .format: scalar.value != 0x200d
        default: false
        }
    }

    private static func name(of scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            let digits = String(scalar.value, radix: 16)
            if scalar.value < 0x80 { return "\\x" + (digits.count < 2 ? "0" : "") + digits }
            return "\\u{\(digits)}"
        }
    }

    private static func width(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if character.unicodeScalars.contains(where: {
            $0.properties.isEmojiPresentation || $0.value == 0xfe0f
        }) {
            return 2
        }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .control, .format: return 0
        default: return wide.contains { $0.contains(first.value) } ? 2 : 1
        }
    }

    /// Unicode's East Asian Wide and Fullwidth blocks, because Swift's standard library does not have this property.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff,
        0xa000...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
        0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd,
    ]
}
