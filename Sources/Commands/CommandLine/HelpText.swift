import ArgumentParser
import FoundationEssentials
import Glibc
import Sweeps
import Terminal

/// The parser's help, in groups and for any width.
///
/// The parser lists options in the order of their declarations, 60 in a row for a check: here those that are wanted most
/// come first, and the others stand with their like. Its text is taken apart and not made anew, so that nothing it says can
/// be missing.
struct HelpText {
    /// What stands before the options: what the command is for, and examples.
    private(set) var overview: [String] = []
    private(set) var usage = ""
    private(set) var sections: [Section] = []
    private var closing = ""
    /// Whether it is the help of fleet itself: its commands come first, and what there is to read about them last.
    private let isRoot: Bool

    /// A part with a heading.
    struct Section {
        var title: String
        var entries: [Entry] = []
    }

    /// An option or a command, and what is said of it.
    struct Entry {
        var label: String
        var text = ""
    }

    /// The columns before what is said, as the parser has them.
    private static let labelWidth = 26
    /// The columns before what is said of a command of fleet's, so that it fits on one line of 80.
    private static let commandWidth = 16
    /// So wide the parser breaks no line.
    static let unbroken = 100_000
    /// Groups are for commands with so many options at least.
    private static let manyOptions = 12

    /// Takes the parser's text apart.
    ///
    /// - Parameters:
    ///   - text: The text, made for ``unbroken`` columns.
    ///   - command: The command's name: it decides what its own options are called.
    init(_ text: String, command: String) {
        isRoot = command == "fleet" || command.isEmpty
        for line in CommandFormats.corrected(text, of: command)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        {
            take(line)
        }
        while overview.last?.isEmpty == true { overview.removeLast() }
        if isRoot { groupCommands() } else { group(command) }
    }

    /// The same with the defaults that the settings give.
    func with(_ defaults: SettingDefaults) -> HelpText {
        var text = self
        for section in sections.indices {
            for entry in sections[section].entries.indices {
                let old = sections[section].entries[entry]
                text.sections[section].entries[entry].text = defaults.text(old.text, of: old.label)
            }
        }
        return text
    }

    private mutating func take(_ line: String) {
        if line.hasPrefix("USAGE: ") {
            usage = line
        } else if line.hasSuffix(":"), line == line.uppercased(), !line.hasPrefix(" "),
            !line.isEmpty
        {
            sections.append(Section(title: String(line.dropLast())))
        } else if line.hasPrefix("  See '") {
            closing = line.trimmingPrefix { $0 == " " }.description
        } else if sections.isEmpty {
            if usage.isEmpty { overview.append(line) }
        } else if !line.isEmpty {
            takeEntry(line)
        }
    }

    private mutating func takeEntry(_ line: String) {
        let place = sections.count - 1
        if line.hasPrefix(String(repeating: " ", count: Self.labelWidth)) {
            guard let last = sections[place].entries.indices.last else { return }
            sections[place].entries[last].text = line.trimmingPrefix { $0 == " " }.description
            return
        }
        let label = String(line.prefix(Self.labelWidth))
        if line.count > Self.labelWidth, label.hasSuffix(" ") {
            sections[place].entries.append(
                Entry(
                    label: label.split(separator: " ").joined(separator: " "),
                    text: String(line.dropFirst(Self.labelWidth))))
        } else {
            sections[place].entries.append(
                Entry(label: line.split(separator: " ").joined(separator: " ")))
        }
    }

    private mutating func group(_ command: String) {
        guard let place = sections.firstIndex(where: { $0.title == "OPTIONS" }),
            sections[place].entries.count >= Self.manyOptions
        else { return }
        let options = sections[place].entries
        let groups = HelpGroup.allCases.compactMap { group -> Section? in
            let own = options.filter { HelpGroup(ofLabel: $0.label) == group }
            return own.isEmpty ? nil : Section(title: group.title(of: command), entries: own)
        }
        sections.replaceSubrange(place...place, with: groups)
    }

    private mutating func groupCommands() {
        guard let place = sections.firstIndex(where: { $0.title == "SUBCOMMANDS" }) else { return }
        let commands = sections.remove(at: place).entries
        sections.insert(contentsOf: CommandGroup.sections(of: commands), at: 0)
    }

    /// The lines.
    ///
    /// - Parameter width: The terminal's columns; nil where there is none.
    /// - Returns: The lines, without newlines. Examples are never broken: half a command cannot be pasted.
    func lines(width: Int?) -> [String] {
        let width = max(20, width ?? 80)
        let said = overview.map { Self.overviewLines($0, width: width) }
        let first = isRoot ? said.prefix(1) : said[...]
        var lines = Array(first.joined())
        lines += [""] + Self.hanging(String(usage), indent: 7, width: width)
        for section in sections {
            lines += ["", section.title + ":"]
            lines += section.entries.flatMap {
                Self.lines(
                    of: $0, width: width, indent: isRoot ? Self.commandWidth : Self.labelWidth)
            }
        }
        lines += said.dropFirst(first.count).joined()
        if !closing.isEmpty { lines += [""] + TerminalText.wrap(closing, columns: width) }
        return lines
    }

    private static func overviewLines(_ line: String, width: Int) -> [String] {
        guard line.hasPrefix("  ") else { return TerminalText.wrap(line, columns: width) }
        // A row of a list goes on below its words.
        guard let head = line.prefixMatch(of: /\ \ \d+\ +/)?.output else { return [line] }
        return hanging(
            String(line.dropFirst(head.count)), indent: head.count, width: width, head: String(head)
        )
    }

    private static func lines(of entry: Entry, width: Int, indent labelWidth: Int) -> [String] {
        let label = "  " + entry.label
        guard !entry.text.isEmpty else { return [label] }
        // On a narrow terminal what is said stands below, where it has room.
        let isNarrow = width < Table.narrow
        let indent = isNarrow ? 6 : labelWidth
        let margin = String(repeating: " ", count: indent)
        let pieces = TerminalText.wrap(entry.text, columns: max(1, width - indent), after: [","])
        guard !isNarrow, label.count < labelWidth else {
            return [label] + pieces.map { margin + $0 }
        }
        let head = label + String(repeating: " ", count: labelWidth - label.count)
        return [head + pieces[0]] + pieces.dropFirst().map { margin + $0 }
    }

    private static func hanging(
        _ text: String, indent: Int, width: Int, head: String = ""
    ) -> [String] {
        TerminalText.wrap(text, columns: max(1, width - indent)).enumerated().map {
            ($0.offset == 0 ? head : String(repeating: " ", count: indent)) + $0.element
        }
    }
}

extension HelpText {
    /// The help of a command.
    ///
    /// - Parameters:
    ///   - type: The command.
    ///   - width: The terminal's columns.
    /// - Returns: The lines.
    static func lines(of type: any ParsableCommand.Type, width: Int?) -> [String] {
        HelpText(
            FleetCommand.helpMessage(for: type, columns: unbroken),
            command: type.configuration.commandName ?? ""
        ).lines(width: width)
    }

    /// Prints what the parser has to say, and ends the process: help that was asked for, or what is wrong with a line.
    static func leave(with error: any Error, arguments: [String]) -> Never {
        let text = FleetCommand.fullMessage(for: error, columns: unbroken)
        let console = Console(environment: ProcessInfo.processInfo.environment)
        guard FleetCommand.exitCode(for: error) == .success, text.hasPrefix("OVERVIEW: ") else {
            let message = FleetCommand.message(for: error)
            let hint = CommandHint.words(for: message, arguments: arguments)
            if !hint.isEmpty {
                console.say("fleet: error: \(message)\n\(hint.dropLast())")
                Glibc.exit(ExitCodes.usage)
            }
            // The parser would print the same, but breaks no line for a terminal.
            guard console.errorIsTerminal, FleetCommand.exitCode(for: error) != .success,
                !text.isEmpty
            else { FleetCommand.exit(withError: error) }
            console.say(text)
            Glibc.exit(FleetCommand.exitCode(for: error).rawValue)
        }
        let command = text.firstMatch(of: /\nUSAGE: fleet ?(\S*)/)?.output.1 ?? ""
        do {
            let help = HelpText(text, command: String(command))
            // Whatever is wrong with the settings, the help is there.
            let listing = try? ConfigurationListing(
                environment: ProcessInfo.processInfo.environment)
            let defaults = listing.map { SettingDefaults($0.configuration) }
            try console.print((defaults.map(help.with) ?? help).lines(width: console.columns))
        } catch {
            Glibc.exit(3)
        }
        Glibc.exit(0)
    }
}
