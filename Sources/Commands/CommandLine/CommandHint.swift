import ArgumentParser
import Terminal

/// What the parser says of a mistyped command line, said so that the next try is right.
enum CommandHint {
    /// Refuses a word in a command's place that names none; the parser would call it unexpected, and `fleet help` would
    /// explain another command.
    ///
    /// - Parameter arguments: The arguments, without the program.
    /// - Throws: A ``UsageError`` that names the nearest command.
    static func check(_ arguments: [String]) throws(UsageError) {
        var words = arguments[...]
        let isHelp = words.first == "help"
        if isHelp { words.removeFirst() }
        var command = CommandWords.root
        // After a command with words of its own comes anything.
        while let word = words.popFirst(), !word.hasPrefix("-") {
            // The parser's own, for scripts that old releases installed.
            if let child = child(of: command, named: word) {
                command = child
                continue
            }
            guard !command.type.configuration.subcommands.isEmpty, isHelp || !takesWords(command)
            else { return }
            throw UsageError(unknown(word, below: command))
        }
    }

    private static func child(of command: CommandWords, named word: String) -> CommandWords? {
        command.type.configuration.subcommands
            .first { $0.configuration.commandName == word }
            .map { CommandWords(path: command.path + [word], type: $0) }
    }

    /// Whether words that are no commands mean something: nodes, of which `fleet history` shows what is known.
    private static func takesWords(_ command: CommandWords) -> Bool {
        command.standard?.type == HistoryShowCommand.self
    }

    private static func unknown(_ word: String, below command: CommandWords) -> String {
        let names = command.children.map(\.name)
        let whole = (["fleet"] + command.path).joined(separator: " ")
        let near = nearest(word, names).map { "; did you mean '\(whole) \($0)'?" } ?? "."
        return
            "there is no command '\(whole) \(word)'\(near) '\(whole) --help' lists the commands."
    }

    /// The name that is meant, where one is near enough.
    static func nearest(_ word: String, _ names: [String]) -> String? {
        let begun = names.filter { $0.hasPrefix(word) || word.hasPrefix($0) }
        if begun.count == 1, word.count > 1 { return begun.first }
        let distances = names.map { ($0, EditDistance.between($0, word)) }
        guard let least = distances.min(by: { $0.1 < $1.1 }), least.1 <= (word.count < 4 ? 1 : 2)
        else { return nil }
        return least.0
    }

    /// What to add to what the parser says; empty for nothing.
    ///
    /// - Parameters:
    ///   - message: What it says.
    ///   - arguments: The arguments, without the program.
    /// - Returns: A line with its newline, or an empty text.
    static func words(for message: String, arguments: [String]) -> String {
        let command = arguments.first { !$0.hasPrefix("-") } ?? ""
        if message.contains("Unexpected argument") {
            if command == RunCommand.configuration.commandName {
                return
                    "The command stands behind --, as in: fleet run -- uptime; nodes are named with -n.\n"
            }
            return ""
        }
        if message.contains("Unknown option '-N'") || message.contains("Unknown option '-w'") {
            return "Nodes are named with -n.\n"
        }
        return ""
    }
}
