import ArgumentParser
import FoundationEssentials
import Glibc
import Terminal

/// The program `fleet-cluster`: the commands of `fleet cluster` for machines without Slurm.
package enum ClusterProgram {
    private struct Root: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fleet-cluster",
            abstract: ClusterCommand.configuration.abstract,
            discussion: ClusterCommand.configuration.discussion,
            subcommands: ClusterCommand.configuration.subcommands)
    }

    /// Runs the command line and ends the process.
    package static func run() async -> Never {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try Root.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as OutputError {
            if error.isClosedReader {
                // When the reader closes the pipe, ends by the signal and without a message, as other programs do; a
                // shell shows 141.
                signal(SIGPIPE, SIG_DFL)
                raise(SIGPIPE)
            }
            Console(environment: [:]).say("fleet: error: \(error)")
            Glibc.exit(3)
        } catch {
            let console = Console(environment: ProcessInfo.processInfo.environment)
            let text = Root.fullMessage(for: error)
            // The parser would print the same, but breaks no line for a terminal.
            guard console.errorIsTerminal, Root.exitCode(for: error) != .success, !text.isEmpty
            else { Root.exit(withError: error) }
            console.say(text)
            Glibc.exit(Root.exitCode(for: error).rawValue)
        }
        Glibc.exit(0)
    }
}
