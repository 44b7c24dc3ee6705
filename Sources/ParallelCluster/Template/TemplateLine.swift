/// One line of a template: which of its `${NAME}` stand in a value, and how a value is quoted there.
struct TemplateLine {
    /// A piece of the line.
    enum Piece: Hashable {
        case text(String)
        case variable(String)
        /// A text that looks like a variable but that fleet does not replace.
        case unreadable(String)
    }

    /// How YAML reads the text around a piece.
    private enum Style { case plain, single, double, comment }

    private struct Placed {
        var piece: Piece
        var style: Style
    }

    private var placed: [Placed] = []

    /// Looks a line over.
    init(_ line: String) {
        var text = String.UnicodeScalarView()
        var style = Style.plain
        let scalars = Array(line.unicodeScalars)
        var place = 0
        func flush(_ placed: inout [Placed]) {
            if !text.isEmpty { placed.append(Placed(piece: .text(String(text)), style: style)) }
            text = String.UnicodeScalarView()
        }
        while place < scalars.count {
            let scalar = scalars[place]
            if scalar == "$", style != .comment {
                let (piece, length) = Self.variable(at: place, in: scalars)
                if let piece {
                    flush(&placed)
                    placed.append(Placed(piece: piece, style: style))
                    place += length
                    continue
                }
            }
            if place + 1 < scalars.count, Self.isEscape(scalar, scalars[place + 1], in: style) {
                text.append(contentsOf: scalars[place...place + 1])
                place += 2
                continue
            }
            let next = Self.style(after: scalars, place, in: style)
            if next != style {
                // An opening quote belongs to the quoted piece after it, and a closing quote to the one before it.
                if style == .plain { flush(&placed) } else { text.append(scalar); flush(&placed) }
                if style == .plain { text.append(scalar) }
                style = next
            } else {
                text.append(scalar)
            }
            place += 1
        }
        flush(&placed)
    }

    /// The pieces outside comments.
    var pieces: [Piece] { placed.filter { $0.style != .comment }.map(\.piece) }

    /// The line with its variables replaced; a plain value that YAML would misread is quoted as a whole.
    func filled(with values: [String: String]) -> String {
        guard placed.contains(where: { if case .variable = $0.piece { true } else { false } })
        else {
            return rawText
        }
        var result = ""
        // The text before the plain scalar with the first variable, and the scalar itself.
        var before = ""
        var filled: String?
        // Whether the value is a list or a mapping in brackets: each of its scalars is one for itself.
        var isFlow = false
        func flush() {
            result +=
                filled.map { Self.quotedWhereNeeded($0, after: before, inFlow: isFlow) } ?? before
            before = ""
            filled = nil
        }
        for part in placed {
            switch (part.piece, part.style) {
            case (.variable(let name), .plain):
                filled = (filled ?? "") + (values[name] ?? "")
            case (.text(let text), .plain):
                for scalar in text.unicodeScalars {
                    let opens = "[{".unicodeScalars.contains(scalar) && filled == nil
                    isFlow = isFlow || opens && before[Self.valueStart(in: before)...].isEmpty
                    if isFlow, "[]{},".unicodeScalars.contains(scalar) {
                        flush()
                        result.unicodeScalars.append(scalar)
                    } else if filled == nil {
                        before.unicodeScalars.append(scalar)
                    } else {
                        filled?.unicodeScalars.append(scalar)
                    }
                }
            case (.variable(let name), .single):
                flush()
                result += Self.doubling("'", in: values[name] ?? "")
            case (.variable(let name), .double):
                flush()
                result += Self.escaped(values[name] ?? "")
            case (.text(let text), .comment), (.text(let text), .single),
                (.text(let text), .double):
                flush()
                result += text
            case (.variable, .comment), (.unreadable, _): continue
            }
        }
        flush()
        return result
    }

    private var rawText: String {
        placed.map { part in
            switch part.piece {
            case .text(let text): text
            case .variable(let name): "${\(name)}"
            case .unreadable: ""
            }
        }.joined()
    }

    private static func variable(
        at place: Int, in scalars: [Unicode.Scalar]
    ) -> (Piece?, length: Int) {
        var end = place + 1
        let isBraced = end < scalars.count && scalars[end] == "{"
        if isBraced { end += 1 }
        let start = end
        while end < scalars.count, EnvironmentFile.isName("_" + String(scalars[end])) { end += 1 }
        let name = String(String.UnicodeScalarView(scalars[start..<end]))
        guard EnvironmentFile.isName(name) else {
            return isBraced
                ? (.unreadable("'${' without a name: only ${NAME} is filled in"), 2) : (nil, 1)
        }
        guard isBraced else {
            return (.unreadable("'$\(name)': only ${\(name)} is filled in"), end - place)
        }
        guard end < scalars.count, scalars[end] == "}" else {
            return (.unreadable("'${\(name)...': only ${\(name)} is filled in"), end - place)
        }
        return (.variable(name), end + 1 - place)
    }

    /// Whether both together stand for one sign in a quoted scalar, so that the second ends nothing.
    private static func isEscape(
        _ scalar: Unicode.Scalar, _ next: Unicode.Scalar, in style: Style
    ) -> Bool {
        switch style {
        case .single: scalar == "'" && next == "'"
        case .double: scalar == "\\" && (next == "\\" || next == "\"")
        case .plain, .comment: false
        }
    }

    private static func style(
        after scalars: [Unicode.Scalar], _ place: Int, in style: Style
    ) -> Style {
        let scalar = scalars[place]
        // A quote or a comment sign has its meaning only at the beginning of a value or a word.
        let before = place > 0 ? scalars[place - 1] : " "
        let begins = [" ", "\t", "[", ",", "{"].contains(before)
        switch style {
        case .plain where scalar == "#" && begins: return .comment
        case .plain where scalar == "'" && begins: return .single
        case .plain where scalar == "\"" && begins: return .double
        case .single where scalar == "'": return .plain
        case .double where scalar == "\"": return .plain
        default: return style
        }
    }

    /// The scalar of `KEY: VALUE` or `- VALUE`, in single quotes where YAML would not read it as that text.
    ///
    /// - Parameters:
    ///   - text: The scalar from its first variable on.
    ///   - before: What the template has before it in the line.
    ///   - isFlow: Whether it stands in brackets.
    /// - Returns: Both, as they are to be written.
    private static func quotedWhereNeeded(
        _ text: String, after before: String, inFlow isFlow: Bool
    ) -> String {
        let start = valueStart(in: before)
        let scalar = before[start...] + text
        let value = scalar.trimmingBlanks()
        guard
            needsQuotes(value)
                || isFlow && value.unicodeScalars.contains(where: ",[]{}:".unicodeScalars.contains)
        else { return before + text }
        let blanks = String(scalar.reversed().prefix(while: \.isWhitespace).reversed())
        return before[..<start] + "'" + doubling("'", in: value) + "'" + blanks
    }

    /// Where the value begins after `KEY: ` and `- `.
    private static func valueStart(in before: String) -> String.Index {
        var start = before.startIndex
        while start < before.endIndex, before[start] == " " { start = before.index(after: start) }
        while before[start...].hasPrefix("- ") {
            start = before.index(start, offsetBy: 2)
            while start < before.endIndex, before[start] == " " {
                start = before.index(after: start)
            }
        }
        if let colon = before[start...].firstRange(of: ": ") {
            start = colon.upperBound
            while start < before.endIndex, before[start] == " " {
                start = before.index(after: start)
            }
        }
        return start
    }

    private static func needsQuotes(_ value: String) -> Bool {
        guard let first = value.unicodeScalars.first, let last = value.unicodeScalars.last else {
            return true
        }
        let words = ["true", "false", "yes", "no", "on", "off", "null", "~", "y", "n"]
        return "-?:,[]{}#&*!|>'\"%@`=".unicodeScalars.contains(first) || last == ":"
            || value.firstRange(of: ": ") != nil || value.firstRange(of: " #") != nil
            || words.contains(value.lowercased())
    }

    /// The text with every quote written twice.
    ///
    /// It goes by scalars, because a quote and a combining mark after it form one character.
    private static func doubling(_ quote: Unicode.Scalar, in text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == quote { result.append(quote) }
            result.append(scalar)
        }
        return String(result)
    }

    /// The text for double quotes.
    private static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\\" || scalar == "\"" { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }
}
