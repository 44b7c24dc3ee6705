import ArgumentParser
@testable import Commands
import Testing

/// The short way from the arguments to a command ends where the parser's own does, or not at all.
@Suite("Direct commands") struct DirectCommandTests {
    private static let taken: [[String]] = [
        ["status"], ["status", "--format", "json"], ["status", "-n", "gpu-[1-3]", "--nodes-view"],
        ["status", "--watch", "9"], ["status", "--columns=node,state"], ["status", "-p", "a,b"],
        ["run", "--", "nvidia-smi", "--help"],
        ["run", "-n", "a", "--timeout", "5", "--", "--version"],
        ["run", "--dry-run", "--", "sh", "-c", "exit 3"], ["health", "--only", "gpu-check"],
        ["health", "--local"], ["gpu-check", "--via", "direct"], ["check-mount", "--canary"],
        ["drain", "n1", "--reason", "x"], ["resume", "n1", "--recheck"],
        ["nodes", "--state", "down"],
        ["runs", "list"], ["runs", "prune", "--older-than", "3d"],
        ["history", "show", "--node", "a"],
        ["show", "last"], ["attach", "x"], ["cancel", "x"], ["config"], ["doctor"],
        ["completion", "bash"], ["checks"], ["node", "n1"],
    ]

    @Test("The command is the one that the root finds", arguments: taken)
    func same(_ line: [String]) throws {
        let whole = try? FleetCommand.parseAsRoot(line)
        let direct = DirectCommand.parse(line, among: FleetCommand.onNodes)
        #expect(direct.map { "\($0)" } == whole.map { "\($0)" })
    }

    @Test(
        "What only the root answers is left to it",
        arguments: [
            [], ["--help"], ["--version"], ["help"], ["help", "status"], ["status", "--help"],
            ["status", "-h"], ["status", "--version"], ["statsu"], ["status", "--formt", "json"],
            ["status", "--format", "xml"], ["status", "--watch", "2", "--format", "json"],
            ["status", "--help-hidden"], ["status", "--experimental-dump-help"],
            ["status", "--generate-completion-script", "bash"], ["--generate-completion-script"],
            ["---completion", "status", "--", "--nodes", "0", "0"], ["runs"], ["runs", "--help"],
            ["history"], ["history", "--node", "a"], ["cluster", "list"], ["stat"],
        ])
    func left(_ line: [String]) {
        let command = DirectCommand.parse(line, among: FleetCommand.onNodes)
        #expect(command.map { "\($0)" } == nil)
    }

    @Test("Every command can be found so: it names what it belongs to")
    func superCommands() {
        func leaves(
            _ types: [any ParsableCommand.Type], below name: String
        ) -> [(any ParsableCommand.Type, String)] {
            types.flatMap { type -> [(any ParsableCommand.Type, String)] in
                let configuration = type.configuration
                guard !configuration.subcommands.isEmpty else { return [(type, name)] }
                return leaves(
                    configuration.subcommands, below: "\(name) \(configuration.commandName ?? "")")
            }
        }
        for (type, name) in leaves(FleetCommand.onNodes, below: "fleet") {
            #expect(type.configuration._superCommandName == name, "\(type)")
        }
    }
}
