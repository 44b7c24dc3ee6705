import ArgumentParser
import Sweeps

/// What fits at a place of a command line, for any shell.
struct WordAnswer: Equatable {
    /// Words, each with what it is for, or an empty text.
    var words: [Word] = []
    /// What of the file system fits there too.
    var files = Files.none

    /// A word that fits.
    struct Word: Equatable {
        var text: String
        var about = ""
    }

    /// What of the file system fits.
    enum Files: String {
        case none, files, folders
    }

    /// The lines for the shells' scripts: `WORD`, a tab and what it is for; `:files` or `:folders`.
    var lines: [String] {
        words.map { $0.about.isEmpty ? $0.text : "\($0.text)\t\($0.about)" }
            + (files == .none ? [] : [":\(files.rawValue)"])
    }

    /// Answers.
    ///
    /// - Parameters:
    ///   - place: Which of the words is being typed.
    ///   - words: The words of the line, the program first; a shell may give `--x=y` as three.
    ///   - custom: Asks the parser for the words of an argument: command, the argument's name, and what is typed.
    /// - Returns: What fits; nothing where nothing does.
    static func at(
        _ place: Int, of words: [String],
        custom: ([String], String, String) -> [String] = WordAnswer.declared
    ) -> WordAnswer {
        guard place > 0, place <= words.count else { return WordAnswer() }
        let typed = place < words.count ? unquoted(words[place]) : ""
        var line = WordLine(before: words[1..<place].map(unquoted))
        guard !line.isHelp else { return help(line.command, typed) }
        return line.answer(typed, custom: custom)
    }

    /// The words that `fleet help` takes.
    private static func help(_ command: CommandWords, _ typed: String) -> WordAnswer {
        WordAnswer(words: children(of: command, typed))
    }

    /// The commands below a command that begin so.
    static func children(of command: CommandWords, _ typed: String) -> [Word] {
        command.children.filter { $0.name.hasPrefix(typed) }.map {
            Word(text: $0.name, about: $0.type.configuration.abstract)
        }
    }

    /// The words that the declaration of an argument offers.
    static func declared(_ path: [String], _ name: String, _ typed: String) -> [String] {
        do {
            _ = try FleetCommand.parseAsRoot(
                ["---completion"] + path + ["--", name, "0", String(typed.count), typed])
            return []
        } catch {
            return FleetCommand.fullMessage(for: error).split(separator: "\n").map(String.init)
        }
    }

    /// A word without the quote that it may begin with: shells give what is typed as it is.
    private static func unquoted(_ word: String) -> String {
        guard let first = word.first, first == "'" || first == "\"" else { return word }
        let rest = word.dropFirst()
        return String(rest.last == first ? rest.dropLast() : rest)
    }
}

/// The words before the one that is typed, read as the parser would.
private struct WordLine {
    /// The command so far.
    private(set) var command = CommandWords.root
    /// Whether it is `fleet help` so far.
    private(set) var isHelp = false
    /// The option whose value comes next.
    private var option: CommandWords.Argument?
    /// Whether all that comes is another program's.
    private var isOver = false
    /// How many words stood for themselves.
    private var positionals = 0
    private var arguments: [CommandWords.Argument]?
    /// Whether `--x` `=` stands right before the word that is typed.
    private var isAttached = false

    init(before words: [String]) {
        for word in words { take(word) }
    }

    private mutating func take(_ word: String) {
        if isOver { return }
        if word == "=", option != nil {
            isAttached = true
            return
        }
        if option != nil {
            option = nil
            isAttached = false
            return
        }
        if word == "--" {
            isOver = true
        } else if word.hasPrefix("-"), word != "-" {
            if !word.contains("=") { option = named(word) }
        } else if command.path.isEmpty, word == "help", !isHelp {
            isHelp = true
        } else if positionals == 0, let child = command.children.first(where: { $0.name == word }) {
            command = child
            arguments = nil
        } else {
            positionals += 1
        }
    }

    private mutating func known() -> [CommandWords.Argument] {
        if let arguments { return arguments }
        let known = command.arguments
        arguments = known
        return known
    }

    /// The option of this spelling that takes a value.
    private mutating func named(_ word: String) -> CommandWords.Argument? {
        known().first { $0.kind == "option" && $0.spellings.contains(word) }
    }

    mutating func answer(
        _ typed: String, custom: ([String], String, String) -> [String]
    ) -> WordAnswer {
        if isOver { return WordAnswer(files: .files) }
        if let option {
            // Where the shell gives `=` as a word of its own, the value begins after it.
            return values(of: option, typed == "=" ? "" : typed, custom)
        }
        if typed.hasPrefix("-"), let equals = typed.firstIndex(of: "="),
            let option = named(String(typed[..<equals]))
        {
            var answer = values(of: option, String(typed[typed.index(after: equals)...]), custom)
            for place in answer.words.indices {
                answer.words[place].text = "\(typed[...equals])\(answer.words[place].text)"
            }
            return answer
        }
        if typed.hasPrefix("-") { return WordAnswer(words: flags(typed)) }
        var answer = WordAnswer()
        if positionals == 0 {
            answer.words = WordAnswer.children(of: command, typed)
            if command.path.isEmpty, "help".hasPrefix(typed) {
                answer.words.append(.init(text: "help", about: "Explain a command."))
            }
        }
        let own = known().filter {
            $0.kind == "positional" && $0.parsingStrategy != "postTerminator"
        }
        guard let argument = own.dropFirst(positionals).first ?? own.last(where: \.isRepeating)
        else { return answer }
        let more = values(
            of: argument, typed, custom,
            place: own.firstIndex { $0.abstract == argument.abstract } ?? 0)
        answer.words += more.words
        answer.files = more.files
        return answer
    }

    private mutating func flags(_ typed: String) -> [WordAnswer.Word] {
        known().flatMap { argument in
            argument.spellings.filter {
                $0.hasPrefix(typed) && (typed != "-" || $0.hasPrefix("--"))
            }
            .map { WordAnswer.Word(text: $0, about: argument.abstract ?? "") }
        }
    }

    private func values(
        of argument: CommandWords.Argument, _ typed: String,
        _ custom: ([String], String, String) -> [String], place: Int = 0
    ) -> WordAnswer {
        var answer = WordAnswer()
        let kind = argument.completionKind
        if kind?.file != nil { answer.files = .files }
        if kind?.directory != nil { answer.files = .folders }
        if kind?.custom != nil {
            let name = argument.preferredName.map { ($0.kind == "long" ? "--" : "-") + $0.name }
            // A command that is meant without being named has the argument.
            let path = command.standard?.path ?? command.path
            let words = custom(path, name ?? "positional@\(place)", typed)
            answer.words = words.filter { $0 != ClusterCompletion.files }.map { .init(text: $0) }
            if words.contains(ClusterCompletion.files) { answer.files = .files }
        } else {
            // Where a declaration says nothing, the name of its value does.
            let value = argument.valueName ?? ""
            if value.hasPrefix("file") || value == "config" { answer.files = .files }
            if value == "folder" { answer.files = .folders }
            let all = kind?.list?.values ?? argument.allValues ?? []
            answer.words = all.filter { $0.hasPrefix(typed) }.map { .init(text: $0) }
        }
        return answer
    }
}
