import ArgumentParser
@testable import Commands
import FanOut
import Foundation
import Platform
import Probes
import SlurmModel
@testable import Sweeps
import TestSupport
import Testing
@testable import Verdicts

/// Every command that fleet tells somebody to type can be typed: bash and zsh hand fleet the words that were meant, and
/// fleet takes them.
@Suite struct PasteTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The shells that people paste into; one that is not there is not tried.
    private static let shells = ["/bin/bash", "/usr/bin/zsh"].filter {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// What a shell makes of lines, each the arguments of fleet; nil where it refuses one.
    private static func words(_ lines: [String], in shell: String) throws -> [[String]]? {
        // A hostlist that is no file's name must reach fleet as it is; in zsh it would end the line.
        let options = shell.hasSuffix("bash") ? "shopt -s failglob\n" : ""
        let script =
            options + "fleet() { printf '%s\\0' \"$@\"; printf '\\n\\0'; }\n"
            + lines.joined(separator: "\n") + "\n"
        let process = Process()
        process.executableURL = URL(filePath: shell)
        process.arguments =
            shell.hasSuffix("bash") ? ["--norc", "-c", script] : ["-f", "-c", script]
        process.currentDirectoryURL = URL(filePath: "/")
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        var result: [[String]] = [[]]
        for word in data.split(separator: 0, omittingEmptySubsequences: false).dropLast() {
            let text = String(decoding: word, as: UTF8.self)
            if text == "\n" { result.append([]) } else { result[result.count - 1].append(text) }
        }
        return result.dropLast()
    }

    /// Why fleet does not take a command, asked as fleet itself does; nil where it takes it.
    private static func problem(_ arguments: [String]) -> String? {
        do {
            let detached = OptionalValues.detached(arguments)
            if DirectCommand.parse(detached, among: FleetCommand.onNodes) != nil { return nil }
            try CommandHint.check(arguments)
            _ = try FleetCommand.parseAsRoot(detached)
            return nil
        } catch {
            guard FleetCommand.exitCode(for: error) != .success else { return nil }
            return FleetCommand.message(for: error)
        }
    }

    private static func commands(in text: String) -> [String] {
        PrintedCommands.find(in: text, names: Set(CommandWords.root.children.map(\.name)))
    }

    private static func check(_ lines: [String]) throws {
        // The shells mostly give the same words, and a parse of them takes long.
        var known: [[String]: String?] = [:]
        for shell in shells {
            // One by one where together they fail, so that the one is named.
            if let all = try words(lines, in: shell) {
                guard all.count == lines.count else {
                    for line in lines where try words([line], in: shell)?.count != 1 {
                        Issue.record("\(shell): no one command: \(line)")
                    }
                    continue
                }
                for (line, words) in zip(lines, all) {
                    let said = known[words] ?? problem(words)
                    known.updateValue(said, forKey: words)
                    if let problem = said {
                        Issue.record("\(shell): \(line): \(problem)")
                    }
                }
            } else {
                for line in lines where try words([line], in: shell) == nil {
                    Issue.record("\(shell) refuses: \(line)")
                }
            }
        }
    }

    @Test("Each remedy of the catalogue is taken, from bash and from zsh")
    func catalogue() throws {
        let lines = Set(
            FindingCatalogue.standard.all.flatMap { Self.commands(in: $0.action) }
        ).sorted()
        #expect(lines.contains("fleet mount-lustre"))
        try Self.check(lines)
    }

    @Test("So is each of a node on which nothing is run, and no such node is without a remedy")
    func notRun() throws {
        var lines: Set<String> = []
        for base in NodeState.Base.allCases {
            let flags: [[NodeState.Flag]] = NodeState.Flag.allCases.map { [$0] } + [[]]
            for flag in flags {
                let node = Node(name: "n", state: NodeState(base: base, flags: flag))
                for isRoot in [true, false] {
                    let planner = TargetPlanner(
                        partitions: [], options: PlanOptions(), isRoot: isRoot,
                        mayGoDirect: isRoot, now: 0)
                    guard case .notRun(let refusal) = planner.plan(node).decision else { continue }
                    let remedy = try #require(refusal.remedy, "\(node.state.text)")
                    lines.formUnion(Self.commands(in: remedy))
                }
            }
        }
        #expect(lines.contains("fleet status --state down"))
        for word in lines.compactMap({ $0.firstMatch(of: /--state (\S+)/)?.1 }) {
            _ = try StateSelector(String(word))
        }
        try Self.check(lines.sorted())
    }

    @Test("So is each command that stands in quotes or behind an arrow in what fleet prints")
    func sources() throws {
        var lines: Set<String> = []
        let sources = Self.root.appending(path: "Sources")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift", !file.path.contains("/ParallelCluster/") else {
                continue
            }
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                let code = line.drop { $0 == " " }
                guard !code.hasPrefix("//"), code.contains("fleet ") else { continue }
                let isExample = code.hasPrefix("fleet ")
                guard isExample || code.contains("\"") else { continue }
                // What is put in stands for one word.
                let text = code.replacing(
                    /\\\([^()]*(\([^()]*(\([^()]*\))?[^()]*\))?[^()]*\)/, with: "x"
                )
                .replacing("{nodes}", with: "x")
                // A command's name alone stands for the command, and is not typed so.
                let quoted = text.matches(of: /'(fleet [^']*)'/).map { String($0.1) }
                    .filter { $0.split(separator: " ").count > 2 }
                let commands =
                    isExample ? [String(text)] : quoted.flatMap { Self.commands(in: "'\($0)'") }
                // Where its output goes is the shell's, and a test writes no files there.
                lines.formUnion(
                    commands.filter { !$0.hasSuffix("\\") && !$0.contains("...") }
                        .map { $0.replacing(#/ >.*/#, with: "") })
            }
        }
        #expect(lines.count > 60)
        let known = lines.filter { line in
            let name = line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            return CommandWords.root.children.contains { $0.name == name }
        }
        try Self.check(known.filter { !$0.contains("--drain --") }.sorted())
    }

    @Test("Each command that the demo ends with has its line to itself, and is taken")
    func demo() throws {
        let text = try String(
            contentsOf: Self.root.appending(path: "examples/demo"), encoding: .utf8)
        let begin = try #require(text.range(of: "cat <<END\n")).upperBound
        let lines = text[begin...].split(separator: "\n").map { $0.drop { $0 == " " } }
            .filter { $0.hasPrefix("fleet ") }.map(String.init)
        #expect(lines.count > 4)
        #expect(lines.filter { $0.contains("  ") } == [])
        try Self.check(lines)
    }

    @Test("A planted remedy is seen: a hostlist without quotes, a flag that is none")
    func planted() throws {
        #expect(
            Self.commands(in: "reboot it; then: fleet drain -n gpu-[1-3] --reason 'x y'") == [
                "fleet drain -n gpu-[1-3] --reason 'x y'"
            ])
        #expect(
            Self.commands(in: "see 'fleet status' (once), or fleet mount-lustre; wait") == [
                "fleet status", "fleet mount-lustre",
            ])
        for shell in Self.shells {
            #expect(try Self.words(["fleet drain -n gpu-[1-3]"], in: shell) == nil)
            #expect(
                try Self.words(["fleet drain -n 'gpu-[1-3]'"], in: shell) == [
                    ["drain", "-n", "gpu-[1-3]"]
                ])
        }
        #expect(Self.problem(["health", "--nope"]) != nil)
        #expect(Self.problem(["gpu-chek"]) != nil)
    }
}
