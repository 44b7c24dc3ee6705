import ArgumentParser

/// Parses a command line with the type of its command alone.
///
/// The parser begins with the root: it builds the tree of all commands and looks for flags of its own, and that took
/// twice as long as all that `fleet status` does. It need not, where the first word is a command's name. Whatever the
/// command itself does not take as it is (help, a version, a misspelt flag) is left to the root, which says what it
/// always said.
enum DirectCommand {
    /// The command that the arguments spell out, parsed and validated.
    ///
    /// - Parameters:
    ///   - arguments: The arguments, without the program.
    ///   - commands: The root's commands.
    /// - Returns: The command; nil where the root must parse.
    static func parse(
        _ arguments: [String], among commands: [any ParsableCommand.Type]
    ) -> (any ParsableCommand)? {
        // Only then the parser does not look for --generate-completion-script, which is the root's.
        guard let (type, words) = find(in: arguments, among: commands),
            type.configuration._superCommandName != nil,
            let command = try? type.parseAsRoot(words),
            // Help is a command too, which knows only the tree of this one.
            Swift.type(of: command) == type
        else { return nil }
        return command
    }

    /// The command without subcommands that the arguments name, not parsed yet.
    ///
    /// - Parameters:
    ///   - arguments: The arguments, without the program.
    ///   - commands: The root's commands.
    /// - Returns: The command, and its own words; nil where none is named.
    static func find(
        in arguments: [String], among commands: [any ParsableCommand.Type]
    ) -> (type: any ParsableCommand.Type, words: [String])? {
        var rest = arguments[...]
        var choice = commands
        while let name = rest.popFirst() {
            guard let type = choice.first(where: { $0.configuration.commandName == name }) else {
                return nil
            }
            choice = type.configuration.subcommands
            if choice.isEmpty { return (type, Array(rest)) }
        }
        return nil
    }
}
