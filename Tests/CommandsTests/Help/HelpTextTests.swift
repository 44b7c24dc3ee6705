import ArgumentParser
@testable import Commands
@testable import Configuration
import Foundation
@testable import Sweeps
import Testing

/// What a person sees who asks fleet how it is used.
@Suite struct HelpTextTests {
    /// The words of a text, each as often as it is there, without headings and however it is laid out.
    static func words(_ text: String) -> [String] {
        text.split { $0.isWhitespace }.map(String.init)
            .filter { $0 != $0.uppercased() || $0.hasPrefix("-") || $0.contains("<") }.sorted()
    }

    @Test("The common options come first, Slurm's late, and each option once")
    func groups() throws {
        let lines = HelpText.lines(of: GPUCheckCommand.self, width: 80)
        let titles = lines.filter { $0.hasSuffix(":") && $0 == $0.uppercased() }
        #expect(
            titles == [
                "ARGUMENTS:", "COMMON OPTIONS:", "WHAT TO CHECK:", "WHICH NODES:",
                "HOW TO REACH THEM:", "BEFORE IT BEGINS:", "WHAT TO PRINT:", "SLURM'S OPTIONS:",
                "OTHER OPTIONS:",
            ])
        let place = try #require(lines.firstIndex(of: "COMMON OPTIONS:"))
        let common = lines[place...].prefix { $0 != "WHAT TO CHECK:" }.filter {
            $0.hasPrefix("  -")
        }
        #expect(common.count == 3)
    }

    @Test("On the first 24 lines of fleet --help stand the commands that matter, each on one line")
    func firstScreen() {
        let lines = HelpText.lines(of: FleetCommand.self, width: 80)
        let shown = lines.prefix(23).compactMap { $0.prefixMatch(of: #/  ([a-z\-]+) /#)?.1 }
        for name in CommandGroup.nodes.commands + CommandGroup.checks.commands
            + CommandGroup.actions.commands
        {
            #expect(shown.contains(name[...]), "\(name): \(shown)")
        }
        #expect(lines.count < 70, "\(lines.count)")
        for command in CommandWords.root.children {
            // So much room zsh has for it on 80 columns, beside the longest name.
            let about = command.type.configuration.abstract
            #expect(about.count <= 59, "\(command.name): \(about.count)")
        }
    }

    @Test func everyCommandIsInOneGroup() {
        let grouped = CommandGroup.allCases.flatMap(\.commands)
        #expect(grouped.sorted() == CommandWords.root.children.map(\.name).sorted())
    }

    @Test(
        "--format offers what the command has",
        arguments: [
            "run", "gpu-check", "health", "show", "mount-lustre", "check", "check-mount", "attach",
        ])
    func formats(_ name: String) throws {
        let has: [String: String] = [
            "run": "table, json, jsonl, csv", "mount-lustre": "table, json, jsonl, csv",
            "health": "table, json, jsonl, csv, prometheus, html",
            "show": "table, json, jsonl, csv, prometheus, html",
        ]
        let words = has[name] ?? "table, json, jsonl, csv, prometheus"
        let command = try #require(CommandWords.root.children.first { $0.name == name })
        let text = HelpText.lines(of: command.type, width: 1_000).joined(separator: "\n")
        #expect(text.contains("(values: \(words); default: table)"))
        let format = command.arguments.first { $0.spellings.contains("--format") }
        let offered = format?.completionKind?.list?.values ?? format?.allValues
        #expect(offered?.joined(separator: ", ") == words)
    }

    @Test("A default that a setting gives is the one that is told, and by whom")
    func defaults() throws {
        var configuration = FleetConfiguration()
        configuration[.runDirectory] =
            (SettingValue(["/shared/runs"], from: .file("/etc/fleet/config.yaml", line: 3)))
        configuration[.account] = (SettingValue(["lab"], from: .variable("FLEET_ACCOUNT")))
        let defaults = SettingDefaults(configuration)
        let from = "(default: /shared/runs, from /etc/fleet/config.yaml:3)."
        #expect(
            defaults.text("Where runs are kept (default: ~/.fleet/runs).", of: "--run-dir <folder>")
                == "Where runs are kept \(from)")
        #expect(
            defaults.text("The account.", of: "--account <name>")
                == "The account (default: lab, from FLEET_ACCOUNT).")
        #expect(defaults.text("x (default: 64).", of: "--fanout <n>") == "x (default: 64).")
    }

    @Test("A command is never broken in two, however narrow the terminal")
    func examples() {
        let lines = HelpText.lines(of: StatusCommand.self, width: 40)
        #expect(lines.contains("  fleet status --columns node,state,gpus,users -p gpu"))
    }

    @Test(
        "What is mistyped is answered with what is near",
        arguments: [
            (["gpu-chek"], "did you mean 'fleet gpu-check'"),
            (["help", "foo"], "no command 'fleet foo'"),
            (["runs", "prnue"], "did you mean 'fleet runs prune'"),
            (["help", "histroy"], "did you mean 'fleet history'"),
            (["cluster", "creat"], "did you mean 'fleet cluster create'"),
            (["frobnicate"], "'fleet --help' lists the commands"),
            (["stat"], "did you mean 'fleet status'"),
        ] as [([String], String)])
    func typos(_ arguments: [String], _ words: String) throws {
        let error = try #require(throws: (any Error).self) { try CommandHint.check(arguments) }
        #expect("\(error)".contains(words), "\(error)")
        #expect(ExitCodes.code(for: error) == ExitCodes.usage)
    }

    @Test(
        "What names a command passes",
        arguments: [
            [], ["health", "gpu-1"], ["history", "gpu-1"], ["history", "forget"], ["--version"],
            ["help"], ["help", "runs", "prune"], ["runs"], ["---completion", "x"], ["-h"],
            ["run", "--", "helth"],
        ])
    func known(_ arguments: [String]) throws {
        try CommandHint.check(arguments)
    }

    /// What the parser says of a command line that it refuses.
    private static func refusal(of arguments: [String]) throws -> String {
        let error = try #require(throws: (any Error).self) {
            try FleetCommand.parseAsRoot(arguments)
        }
        return FleetCommand.message(for: error)
    }

    @Test("Slurm's flags for nodes are answered with fleet's own", arguments: ["-N", "-w"])
    func slurmFlags(_ flag: String) throws {
        let arguments = ["health", flag, "gpu-1"]
        let message = try Self.refusal(of: arguments)
        let hint = CommandHint.words(for: message, arguments: arguments)
        #expect(hint == "Nodes are named with -n.\n", "\(message)")
    }

    @Test("A mistyped flag is answered with the nearest one")
    func mistypedFlag() throws {
        let arguments = ["health", "--partitoin", "gpu"]
        let message = try Self.refusal(of: arguments)
        #expect(message.contains("Did you mean '--partition'?"), "\(message)")
        let hint = CommandHint.words(for: message, arguments: arguments)
        #expect(hint.isEmpty)
    }

    // MARK: - One truth

    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test(
        "The exit codes of README and reference are those of --help, word for word",
        arguments: ["README.md", "docs/reference.md"])
    func exitCodes(_ file: String) throws {
        let rows = try Self.text(file).split(separator: "\n").filter {
            $0.wholeMatch(of: /\| \d{1,3} \|.*/) != nil
        }.map { $0.replacing("`", with: "").replacing("\\|", with: "!").split(separator: "|") }
        #expect(
            rows.map {
                "\($0[0].trimmingCharacters(in: .whitespaces)) \($0[1].trimmingCharacters(in: .whitespaces))"
            }
                == ExitCodes.meanings.map { "\($0.code) \($0.meaning.replacing("|", with: "!"))" })
        let korean = try Self.text("README.ko.md").matches(of: /\n\| (\d+) \|/).map { String($0.1) }
        #expect(korean == ExitCodes.meanings.map { "\($0.code)" })
        let help = HelpText.lines(of: FleetCommand.self, width: 200).joined(separator: "\n")
        #expect(help.contains(ExitCodes.list))
    }

    @Test("README and reference name the commands that take nodes as words and not by flags")
    func nodesAsWordsAlone() throws {
        let alone = CommandWords.root.children.filter { command in
            let arguments = command.arguments
            return !arguments.contains { $0.spellings.contains("--exclude") }
                && arguments.contains {
                    $0.kind == "positional" && $0.abstract?.lowercased().contains("node") == true
                }
        }
        let names = alone.map { "`fleet \($0.name)`" }
        #expect(names == ["`fleet node`", "`fleet history`"])
        for file in ["README.md", "docs/reference.md"] {
            let text = try Self.text(file).replacing("\n", with: " ")
            #expect(
                text.contains(names.joined(separator: " and ") + " take nodes as such words alone"),
                "\(file)")
        }
    }

    /// The options of each command and of those below it: asked once, as the parser takes long to say them.
    private static let options = CommandWords.root.children.map { command in
        (command.name, ([command] + command.children).flatMap { $0.arguments.flatMap(\.spellings) })
    }

    @Test(
        "README's table of commands has every command, and no option that is none",
        arguments: ["README.md", "README.ko.md"])
    func commands(_ file: String) throws {
        var told: Set<String> = []
        let known = Dictionary(uniqueKeysWithValues: Self.options)
        for line in try Self.text(file).split(separator: "\n") where line.hasPrefix("| `fleet ") {
            let cells = line.split(separator: "|")
            let names = cells[0].matches(of: /`([^`]+)`/).flatMap { match in
                match.1.replacing("fleet ", with: "").split(separator: " ").prefix(1).map(
                    String.init)
            }
            told.formUnion(names)
            let options = names.flatMap { known[$0] ?? [] }
            for option in cells[1].matches(of: /`(--[a-z\-]+)/).map({ String($0.1) }) {
                #expect(options.contains(option), "\(names) \(option)")
            }
        }
        let all = Set(CommandWords.root.children.map(\.name))
        #expect(told == all, "\(told.symmetricDifference(all))")
    }

    @Test func severalRuns() {
        #expect(ExitCodes.worst([0, 2, 1]) == 1)
        #expect(ExitCodes.worst([0, 2]) == 2)
        #expect(ExitCodes.worst([1, 3, 0]) == 3)
        #expect(ExitCodes.worst([130, 3]) == 130)
        #expect(ExitCodes.worst([0]) == 0 && ExitCodes.worst([]) == 0)
    }
}
