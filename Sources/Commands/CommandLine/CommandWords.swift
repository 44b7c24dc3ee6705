import ArgumentParser
import FoundationEssentials
import Synchronization
import Terminal

/// A command as a shell completes it: its words and options, from the declarations that the parser has.
struct CommandWords {
    /// The words that lead to it, without the program: `["history", "show"]`.
    let path: [String]
    /// Its type.
    let type: any ParsableCommand.Type

    /// The root of the command line.
    static let root = CommandWords(path: [], type: FleetCommand.self)

    /// The commands below it that are shown, with what they are for.
    var children: [CommandWords] {
        type.configuration.subcommands.filter { $0.configuration.shouldDisplay }.map {
            CommandWords(path: path + [$0.configuration.commandName ?? ""], type: $0)
        }
    }

    /// The last of its words.
    var name: String { path.last ?? "fleet" }

    /// The command below it that is meant where none is named; nil where there is none.
    var standard: CommandWords? {
        guard let standard = type.configuration.defaultSubcommand else { return nil }
        return children.first { $0.type == standard }
    }

    /// One of its arguments.
    struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String
        }
        struct Kind: Decodable {
            struct Extensions: Decodable {}
            struct Values: Decodable { var values: [String]? }
            var custom: Extensions?
            var file: Extensions?
            var directory: Extensions?
            var list: Values?
        }
        var kind: String
        var names: [Name]?
        var preferredName: Name?
        var valueName: String?
        var abstract: String?
        var allValues: [String]?
        var completionKind: Kind?
        var isRepeating: Bool
        var shouldDisplay: Bool
        var parsingStrategy: String

        /// Its spellings: `-n`, `--nodes`.
        var spellings: [String] {
            (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }
        }
    }

    /// Its arguments, those of ``standard`` among them; empty where the parser does not tell.
    var arguments: [Argument] {
        let refused = Set(CommandFormats.refused(by: name).map(\.rawValue))
        let shown = own.filter(\.shouldDisplay).map { argument in
            guard argument.spellings.contains("--format") else { return argument }
            var argument = argument
            argument.allValues?.removeAll(where: refused.contains)
            argument.completionKind?.list?.values?.removeAll(where: refused.contains)
            return argument
        }
        return shown + (standard?.arguments ?? [])
    }

    /// The arguments that it declares itself, hidden ones too, as the parser tells them.
    var own: [Argument] {
        let key = ObjectIdentifier(type)
        if let told = Self.told.withLock({ $0[key] }) { return told }
        let own = Self.ask(type.alone)
        Self.told.withLock { $0[key] = own }
        return own
    }

    /// What was asked before: the parser takes long to tell it.
    private static let told = Mutex<[ObjectIdentifier: [Argument]]>([:])

    private static func ask(_ type: any ParsableCommand.Type) -> [Argument] {
        struct Help: Decodable {
            struct Command: Decodable { var arguments: [Argument]? }
            var command: Command
        }
        do {
            _ = try type.parse(["--experimental-dump-help"])
            return []
        } catch {
            let text = type.fullMessage(for: error)
            let help = try? JSONDecoder().decode(Help.self, from: Data(text.utf8))
            return help?.command.arguments ?? []
        }
    }
}

extension ParsableCommand {
    /// It without the commands below it, of which the parser would tell too: with the root, of all commands.
    fileprivate static var alone: any ParsableCommand.Type {
        configuration.subcommands.isEmpty ? self : Alone<Self>.self
    }
}

/// A command without those below it.
private struct Alone<Command: ParsableCommand>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Command.configuration.commandName, version: Command.configuration.version)
    }

    @OptionGroup var command: Command
}
