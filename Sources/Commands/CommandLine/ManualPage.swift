import ArgumentParser
import FoundationEssentials
import Sweeps

/// A command's manual page in mdoc, made of what its `--help` says.
struct ManualPage {
    /// The command.
    let command: CommandWords
    /// The day it is of, as mdoc writes it: `November 27, 2026`.
    let day: String

    /// The first argument of the question for all pages; then comes the folder for them.
    static let question = "manual-pages"

    /// The name of the page: `fleet-status`.
    var name: String { Self.name(of: command) }

    static func name(of command: CommandWords) -> String {
        (["fleet"] + command.path).joined(separator: "-")
    }

    /// Every command that is shown, the root first.
    static var commands: [CommandWords] {
        func below(_ command: CommandWords) -> [CommandWords] {
            [command] + command.children.flatMap(below)
        }
        return below(.root)
    }

    /// Writes a page for every command.
    ///
    /// - Parameters:
    ///   - folder: The folder, which is made.
    ///   - environment: SOURCE_DATE_EPOCH in it is the pages' day, where it is set.
    /// - Throws: The file system's errors.
    static func writeAll(into folder: String, environment: [String: String]) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let seconds = environment["SOURCE_DATE_EPOCH"].flatMap { Double($0) }
        let day = day(seconds.map(Date.init(timeIntervalSince1970:)) ?? Date())
        for command in commands {
            let page = ManualPage(command: command, day: day)
            try Data((page.lines.joined(separator: "\n") + "\n").utf8)
                .write(to: URL(filePath: "\(folder)/\(page.name).1"))
        }
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    static func day(_ date: Date) -> String {
        // 2026-11-27T02:12:10Z
        let parts = date.ISO8601Format().prefix(10).split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, months.indices.contains(parts[1] - 1) else { return "" }
        return "\(months[parts[1] - 1]) \(parts[2]), \(parts[0])"
    }

    // MARK: - The page

    /// Its lines.
    var lines: [String] {
        let help = HelpText(
            FleetCommand.helpMessage(for: command.type, columns: HelpText.unbroken),
            command: command.name)
        let overview = Overview(help.overview, isRoot: command.path.isEmpty)
        let abstract = Self.withoutStop(command.type.configuration.abstract)
        return [
            ".Dd \(day)", ".Dt \(name.uppercased()) 1", ".Os fleet", ".Sh NAME", ".Nm \(name)",
            ".Nd \(Self.escaped(abstract))", ".Sh SYNOPSIS",
        ] + synopsis(help.usage) + [".Sh DESCRIPTION"]
            + Self.paragraphs(overview.paragraphs.isEmpty ? [abstract + "."] : overview.paragraphs)
            + help.sections.flatMap(section) + exitStatus + Self.examples(overview.examples)
            + seeAlso
    }

    /// What stands before the options, without the abstract and the table of exit codes.
    private struct Overview {
        var paragraphs: [String] = []
        var examples: [String] = []

        init(_ lines: [String], isRoot: Bool) {
            var place = lines.dropFirst()
            while let line = place.popFirst() {
                if line == "Exit codes:" {
                    place = place.drop { !$0.isEmpty }
                } else if line.hasPrefix("  ") {
                    examples.append(String(line.dropFirst(2)))
                } else if !line.isEmpty, line != "Examples:", line != "Begin with:" {
                    paragraphs.append(line)
                }
            }
        }
    }

    private func synopsis(_ usage: String) -> [String] {
        let words = usage.split(separator: " ").dropFirst(2).map(String.init)
        return [".Nm fleet"]
            + words.flatMap { word -> [String] in
                // One of several: (--reason <text> | --from <run>).
                if word == "|" { return [word] }
                let begins = word.hasPrefix("(")
                let ends = word.hasSuffix(")")
                let inner = String(word.dropFirst(begins ? 1 : 0).dropLast(ends ? 1 : 0))
                return (begins ? [".Po"] : []) + [Self.synopsis(of: inner)]
                    + (ends ? [".Pc"] : [])
            }
    }

    private static func synopsis(of word: String) -> String {
        let plain = word.filter { !"[]<>".contains($0) }.replacing("|", with: "\\*(Ba")
        if plain == "..." { return ".Ar ..." }
        if plain == "--" { return ".Fl Fl" }
        if plain.hasPrefix("--") {
            return (word.hasPrefix("[") ? ".Op Fl Fl " : ".Fl Fl ") + plain.dropFirst(2)
        }
        if word.hasPrefix("[") { return ".Op Ar \(plain)" }
        return word.hasPrefix("<") ? ".Ar \(plain)" : ".Cm \(plain)"
    }

    private func section(_ section: HelpText.Section) -> [String] {
        let isCommands =
            section.title.hasSuffix("SUBCOMMANDS")
            || CommandGroup.allCases.contains { $0.rawValue == section.title }
        let items = section.entries.flatMap { entry -> [String] in
            let words = entry.label.split(separator: " ").map(String.init)
            let item =
                isCommands
                ? ".It Xr \(([name] + words.prefix(1)).joined(separator: "-")) 1"
                : ".It " + words.map(Self.argument).joined(separator: " ")
            return [item] + Self.text(entry.text)
        }
        return [
            ".Sh \(section.title.hasSuffix("SUBCOMMANDS") ? "COMMANDS" : section.title)",
            ".Bl -tag -width Ds",
        ] + items
            + [".El"]
    }

    /// `-n,` as `Fl n ,`, `--nodes` as `Fl Fl nodes`, `<hostlist>` as `Ar hostlist`.
    private static func argument(_ word: String) -> String {
        let isList = word.hasSuffix(",")
        let plain = word.filter { !"<>,".contains($0) }
        let end = isList ? " ," : ""
        if plain.hasPrefix("--") { return "Fl Fl \(plain.dropFirst(2))\(end)" }
        if plain.hasPrefix("-") { return "Fl \(plain.dropFirst())\(end)" }
        // A bar is a delimiter of mdoc's.
        return "Ar \(escaped(plain.replacing("|", with: "\\*(Ba")))\(end)"
    }

    private var exitStatus: [String] {
        [".Sh EXIT STATUS", ".Bl -tag -width Ds"]
            + ExitCodes.meanings.flatMap { [".It \($0.code)"] + Self.text($0.meaning) } + [".El"]
    }

    private static func examples(_ lines: [String]) -> [String] {
        guard !lines.isEmpty else { return [] }
        return [".Sh EXAMPLES", ".Bd -literal -offset indent"] + lines.map(escaped) + [".Ed"]
    }

    private var seeAlso: [String] {
        var pages: [String] = []
        if command.path.isEmpty {
            pages = command.children.map(Self.name) + ["scontrol", "sinfo", "srun"]
        } else {
            let others = Self.related[command.path[0]] ?? []
            pages = ["fleet"] + others.map { "fleet-\($0)" } + command.children.map(Self.name)
            if command.path.count > 1 { pages.append("fleet-\(command.path[0])") }
        }
        let sorted = Set(pages).subtracting([name]).sorted()
        return [".Sh SEE ALSO"]
            + sorted.enumerated().map {
                ".Xr \($0.element) 1" + ($0.offset < sorted.count - 1 ? " ," : "")
            }
    }

    /// The pages that somebody wants next.
    private static let related: [String: [String]] = [
        "health": ["drain", "gpu-check", "check-mount", "status"], "status": ["health", "node"],
        "node": ["history", "status"], "nodes": ["status"], "gpu-check": ["drain", "health"],
        "mount-lustre": ["check-mount"], "check-mount": ["mount-lustre", "health"],
        "check": ["checks", "health"], "checks": ["check"], "run": ["show", "runs"],
        "drain": ["resume", "reboot"], "resume": ["drain", "health"], "reboot": ["drain"],
        "runs": ["show"], "show": ["runs", "attach"], "attach": ["runs", "cancel"],
        "cancel": ["attach"], "history": ["status"], "config": ["doctor"], "doctor": ["config"],
    ]

    // MARK: - Text

    private static func paragraphs(_ texts: [String]) -> [String] {
        Array(texts.map(text).joined(separator: [".Pp"]))
    }

    /// Text as mdoc wants it: a sentence begins a line, and no line is long.
    private static func text(_ text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ").map(String.init) {
            let isEnd = line.last.map { ".?!".contains($0) } ?? false
            if line.isEmpty {
                line = word
            } else if isEnd || escaped(line).count + escaped(word).count > 76 {
                lines.append(line)
                line = word
            } else {
                line += " " + word
            }
        }
        return (lines + (line.isEmpty ? [] : [line])).map(escaped)
    }

    private static func withoutStop(_ text: String) -> String {
        String(text.reversed().drop { ".?!".contains($0) }.reversed())
    }

    /// A line in which nothing is a macro or an escape.
    private static func escaped(_ text: String) -> String {
        let safe = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
            .replacing("\\e*(Ba", with: "\\*(Ba")
        return safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" + safe : safe
    }
}
