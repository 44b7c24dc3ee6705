extension TerminalText {
    /// The commands of fleet that a message may tell somebody to type; a test compares them with the real ones.
    ///
    /// Prose may go on with the program's name too (`fleet is built for ...`), and only a command has to stay whole.
    package static let commands: Set<String> = [
        "health", "status", "node", "nodes", "gpu-check", "mount-lustre", "check-mount", "check",
        "checks", "run", "drain", "resume", "reboot", "runs", "attach", "show", "cancel", "history",
        "config", "doctor", "completion", "cluster", "help",
    ]

    /// Cuts a message into lines of at most this many columns, between words alone.
    ///
    /// What somebody may want to copy stays in one piece even where it is wider, and the terminal goes on with it: a command
    /// in quotes or brackets, one that begins the text or follows a colon, a semicolon or `->`, and a word such as a path. A
    /// list of names may be cut after a comma.
    ///
    /// - Parameters:
    ///   - text: One line of talk.
    ///   - columns: The columns of a line.
    /// - Returns: The lines; those after the first are set in by two columns more than the first.
    package static func wrapMessage(_ text: String, columns: Int) -> [String] {
        guard width(text) > columns else { return [text] }
        let margin = String(text.prefix { $0 == " " })
        let further = margin + "  "
        var lines: [String] = []
        var line = margin
        let body = text.dropFirst(margin.count)
        // How a command is called is not to be pasted.
        let isUsage = body.hasPrefix("Usage: ")
        for piece in isUsage ? body.split(separator: " ").map(String.init) : pieces(of: body) {
            let isBegun = line.contains { $0 != " " }
            let joined = isBegun ? line + " " + piece : line + piece
            if width(joined) <= columns || !isBegun {
                line = joined
            } else {
                lines.append(line)
                line = further + piece
            }
            guard width(line) > columns, !piece.contains(" ") else { continue }
            let cut = cutAfterCommas(line, columns: columns, margin: further)
            lines += cut.dropLast()
            line = cut.last ?? line
        }
        return lines + [line]
    }

    /// Words, and commands as one word each.
    private static func pieces(of text: Substring) -> [String] {
        var words = text.split(separator: " ", omittingEmptySubsequences: false)[...]
        var pieces: [String] = []
        var last: Substring = ":"
        while let word = words.popFirst() {
            var piece = String(word)
            if let end = endOfCommand(word, next: words.first, after: last) {
                var quotes = 0
                // The quote that opens it does not close it.
                var newest = end == .quote ? word.dropFirst() : word
                while !end.isReached(by: newest, quotes: &quotes), let more = words.popFirst() {
                    piece += " " + more
                    newest = more
                }
            }
            pieces.append(piece)
            last = word
        }
        return pieces
    }

    /// What ends a command that stands in a text.
    private enum CommandEnd {
        case quote, bracket, semicolon

        /// Whether a command is whole with its newest word; `quotes` counts those of the words so far, so that each word is
        /// looked at once.
        func isReached(by word: Substring, quotes: inout Int) -> Bool {
            switch self {
            case .quote: return word.contains("'")
            case .bracket: return word.contains(")")
            case .semicolon:
                quotes += word.count { $0 == "'" }
                return word.hasSuffix(";") && quotes.isMultiple(of: 2)
            }
        }
    }

    /// What ends the command that begins with this word; nil where none does.
    private static func endOfCommand(
        _ word: Substring, next: Substring?, after last: Substring
    ) -> CommandEnd? {
        let opening = word.first.flatMap { "'(".contains($0) ? $0 : nil }
        let name = opening == nil ? word : word.dropFirst()
        let first = next?.prefix { $0.isLetter || $0 == "-" } ?? ""
        switch name {
        case "fleet": guard opening == "'" || commands.contains(String(first)) else { return nil }
        case "scontrol", "sudo", "squeue", "sinfo", "source", "eval", "autoload":
            guard !first.isEmpty else { return nil }
        default: return nil
        }
        switch opening {
        case "'": return .quote
        case "(": return .bracket
        default:
            guard last.hasSuffix(":") || last.hasSuffix(";") || last.hasSuffix(">") else {
                return nil
            }
            return .semicolon
        }
    }

    /// Cuts a line after the last comma that fits, in one pass: a message may name all nodes of a large cluster.
    ///
    /// - Parameters:
    ///   - line: The line.
    ///   - columns: The columns of a line.
    ///   - margin: What lines after the first begin with.
    ///   - width: The columns of a character.
    /// - Returns: The lines; the last one is wider where it has no comma that fits.
    package static func cutAfterCommas(
        _ line: String, columns: Int, margin: String,
        width: (Character) -> Int = { TerminalText.width(String($0)) }
    ) -> [String] {
        var lines: [String] = []
        var (lead, rest) = ("", line[...])
        var left = line.reduce(0) { $0 + width($1) }
        let marginWidth = TerminalText.width(margin)
        while left > columns {
            var used = lead.isEmpty ? 0 : marginWidth
            var place: (end: String.Index, used: Int)?
            for index in rest.indices {
                used += width(rest[index])
                if used > columns { break }
                if rest[index] == "," { place = (rest.index(after: index), used) }
            }
            guard let place else { break }
            lines.append(lead + rest[..<place.end])
            left += marginWidth - place.used
            (lead, rest) = (margin, rest[place.end...])
        }
        return lines + [lead + rest]
    }
}
