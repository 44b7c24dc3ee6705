/// Reads the assignments in one line of shell, and refuses everything else that a shell can do.
struct AssignmentReader {
    /// Why a line is not only an assignment.
    struct Refusal: Error {
        let why: String
    }

    private let scalars: [Unicode.Scalar]
    /// The values for `${NAME}`.
    private var known: [String: String]
    /// Whether a variable that nothing sets is an error; otherwise it is empty.
    private let isStrict: Bool
    private var place = 0

    /// Takes a line.
    ///
    /// - Parameters:
    ///   - scalars: The line without its end.
    ///   - known: The variables that are set before it.
    ///   - isStrict: Whether a `${NAME}` that nothing sets is a refusal; without, it is empty.
    init(scalars: [Unicode.Scalar], known: [String: String], isStrict: Bool = true) {
        self.scalars = scalars
        self.known = known
        self.isStrict = isStrict
    }

    /// The line's assignments; a name that is only exported gives none.
    mutating func read() throws(Refusal) -> [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        var isExport = false
        while true {
            skipBlanks()
            guard let next = peek, next != "#" else { return result }
            if next == ";" {
                place += 1
                isExport = false
                for (name, value) in result { known[name] = value }
                continue
            }
            let word = bareWord()
            if peek == "=", EnvironmentFile.isName(word) {
                place += 1
                let value = try value()
                // A shell expands the whole of an export before it sets anything.
                if !isExport { known[word] = value }
                result.append((word, value))
            } else if word == "export", !isExport, atEndOfWord {
                isExport = true
            } else if isExport, EnvironmentFile.isName(word), atEndOfWord {
                continue
            } else {
                throw Refusal(
                    why: "'\(rest(from: place - word.unicodeScalars.count))' is no assignment")
            }
        }
    }

    private var peek: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private var atEndOfWord: Bool {
        peek.map { $0 == " " || $0 == "\t" || $0 == ";" } ?? true
    }

    /// What the line has from a place on, for a message; nothing of a line with a secret.
    private func rest(from start: Int) -> String {
        if Variable.isSecret(String(String.UnicodeScalarView(scalars))) { return "(not shown)" }
        let text = String(String.UnicodeScalarView(scalars[start...]))
        return text.count > 40 ? "\(text.prefix(37))..." : text
    }

    private mutating func skipBlanks() {
        while let next = peek, next == " " || next == "\t" { place += 1 }
    }

    private mutating func bareWord() -> String {
        var word = String.UnicodeScalarView()
        while let next = peek, EnvironmentFile.isName("_" + String(next)) {
            word.append(next)
            place += 1
        }
        return String(word)
    }

    /// A value: bare, quoted and expanded pieces without a space between them.
    private mutating func value() throws(Refusal) -> String {
        var result = ""
        while let next = peek {
            switch next {
            case " ", "\t", ";": return result
            case "'": result += try singleQuoted()
            case "\"": result += try doubleQuoted()
            case "$": result += try expansion()
            case "\\":
                place += 1
                guard let literal = peek else {
                    throw Refusal(why: "the line goes on in the next one")
                }
                result.unicodeScalars.append(literal)
                place += 1
            case "`", "(", ")", "|", "&", "<", ">", "*", "?", "~", "{", "}", "[", "]":
                throw Refusal(why: "'\(next)' needs a shell")
            default:
                result.unicodeScalars.append(next)
                place += 1
            }
        }
        return result
    }

    private mutating func singleQuoted() throws(Refusal) -> String {
        let start = place + 1
        guard let end = scalars[start...].firstIndex(of: "'") else {
            throw Refusal(why: "a quote that does not end in its line")
        }
        place = end + 1
        return String(String.UnicodeScalarView(scalars[start..<end]))
    }

    private mutating func doubleQuoted() throws(Refusal) -> String {
        var result = ""
        place += 1
        while let next = peek {
            switch next {
            case "\"":
                place += 1
                return result
            case "`": throw Refusal(why: "a command in backticks needs a shell")
            case "$": result += try expansion()
            case "\\":
                let escaped = place + 1 < scalars.count ? scalars[place + 1] : nil
                if let escaped, ["\"", "\\", "$", "`"].contains(escaped) {
                    result.unicodeScalars.append(escaped)
                    place += 2
                } else {
                    result += "\\"
                    place += 1
                }
            default:
                result.unicodeScalars.append(next)
                place += 1
            }
        }
        throw Refusal(why: "a quote that does not end in its line")
    }

    /// `$NAME` or `${NAME}`; any other text that begins with a dollar is an error.
    private mutating func expansion() throws(Refusal) -> String {
        let start = place
        place += 1
        if peek == "(" { throw Refusal(why: "'\(rest(from: start))' runs a command") }
        let isBraced = peek == "{"
        if isBraced { place += 1 }
        let name = bareWord()
        if isBraced {
            guard peek == "}", EnvironmentFile.isName(name) else {
                throw Refusal(why: "'\(rest(from: start))' is more than ${NAME}")
            }
            place += 1
        }
        guard EnvironmentFile.isName(name) else {
            throw Refusal(why: "'\(rest(from: start))' needs a shell")
        }
        if let value = known[name] { return value }
        guard !isStrict else {
            throw Refusal(why: "${\(name)} is set neither above nor in the environment")
        }
        return ""
    }
}
