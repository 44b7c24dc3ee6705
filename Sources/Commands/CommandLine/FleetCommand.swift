import ArgumentParser
import FanOut
import FoundationEssentials
import Glibc
import ParallelCluster
import Platform
import Probes
import SlurmKit
import Sweeps
import Terminal
import Verdicts

/// The root of the command line.
struct FleetCommand: AsyncParsableCommand {
    /// What `fleet --help` says.
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract:
            "Which nodes of my Slurm GPU cluster are healthy, and why not?",
        discussion: """
            Begin with:
              fleet health
              fleet status
              fleet node NODE

            Words behind a command are nodes, in every command that takes nodes; behind run and check, whose words \
            are something else, -n names them.

            Exit codes:
            \(ExitCodes.list)
            """,
        // It looks at files, which every other call need not.
        version: CommandLine.arguments.contains("--version") ? Version.text : Version.current,
        subcommands: subcommands)

    /// The commands; `fleet cluster` with its fifteen only where no other one is named, since the parser builds the
    /// whole tree for every call.
    private static var subcommands: [any ParsableCommand.Type] {
        let first = CommandLine.arguments.dropFirst().first
        let isOther =
            first != CompletionCommand.configuration.commandName
            && onNodes.contains { $0.configuration.commandName == first }
        return isOther ? onNodes : onNodes + [ClusterCommand.self]
    }

    /// The commands that ask Slurm, or what is kept of its nodes.
    static let onNodes: [any ParsableCommand.Type] =
        [
            HealthCommand.self, StatusCommand.self, NodeCommand.self, NodesCommand.self,
            GPUCheckCommand.self,
            MountLustreCommand.self,
            CheckMountCommand.self, CheckCommand.self, ChecksCommand.self, RunCommand.self,
            DrainCommand.self, ResumeCommand.self, RebootCommand.self,
            RunsCommand.self, AttachCommand.self,
            ShowCommand.self, CancelCommand.self, HistoryCommand.self, ConfigCommand.self,
            DoctorCommand.self, CompletionCommand.self, SlurmAnswerCommand.self,
        ]

    /// Without a command: what there is to begin with, in one screen.
    mutating func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let hasSlurm = (try? SlurmConfiguration.locate(environment: environment)) != nil
        try Console(environment: environment).print(FirstScreen.lines(hasSlurm: hasSlurm))
    }

    /// Parses the process's arguments, runs the command, and ends the process with its exit code.
    static func runProcess() async -> Never {
        // An srun that refuses before it has read its script must cost its row, and a reader who went away the rows
        // it did not want, never the run: that goes on, is kept, and only then ends as leave(with:) says. What fleet
        // starts gets the default back.
        signal(SIGPIPE, SIG_IGN)
        // Before the first thread.
        SlurmLibrary.shareOneHeap()
        ProbeKinds.ofProgram = .all
        StandardStreams.fill()
        do {
            try DescriptorBudget.raise()
            try CommandLineBytes.check()
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments == ["--version"] {
                // Without the parser, which knows all commands before it prints this one line.
                try Console(environment: ProcessInfo.processInfo.environment).print([Version.text])
                Glibc.exit(0)
            }
            if arguments.first == CompletionScript.question {
                try CompletionScript.answer(Array(arguments.dropFirst()))
                Glibc.exit(0)
            }
            if arguments.first == ManualPage.question, arguments.count == 2 {
                try ManualPage.writeAll(
                    into: arguments[1], environment: ProcessInfo.processInfo.environment)
                Glibc.exit(0)
            }
            let detached = OptionalValues.detached(arguments)
            var command =
                try DirectCommand.parse(detached, among: onNodes) ?? parse(arguments, detached)
            if var command = command as? any AsyncParsableCommand {
                try ProcessBudget.check()
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            leave(with: error)
        }
        Glibc.exit(0)
    }

    /// Parses what no command takes as it is; a name that is none is answered first.
    private static func parse(
        _ arguments: [String], _ detached: [String]
    ) throws -> any ParsableCommand {
        try CommandHint.check(arguments)
        return try parseAsRoot(detached)
    }

    /// Errors of the argument parser are its own to print; every other one is fleet's.
    private static func leave(with error: any Error) -> Never {
        if (error as? OutputError)?.isClosedReader == true {
            // Without a word, by the signal, as other programs of a pipeline end: 141 for a shell.
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        }
        if error is CleanExit || error is ExitCode || error is ValidationError
            || exitCode(for: error) == .validationFailure || exitCode(for: error) == .success
        {
            HelpText.leave(with: error, arguments: Array(CommandLine.arguments.dropFirst()))
        }
        let remedy = (error as? HeadFault).map { "\n\($0.remedy)" } ?? ""
        Console(environment: ProcessInfo.processInfo.environment)
            .say("fleet: error: \(error)\(remedy)")
        Glibc.exit(ExitCodes.code(for: error))
    }
}

/// What `fleet` alone prints.
enum FirstScreen {
    /// The lines.
    ///
    /// - Parameter hasSlurm: Whether this machine has a slurm.conf; elsewhere there is no node to look at.
    /// - Returns: The lines, without newlines.
    static func lines(hasSlurm: Bool) -> [String] {
        let begin =
            hasSlurm
            ? [
                "Begin with:",
                "  fleet health          check every node now, and say what to do",
                "  fleet status          nodes and partitions, and what needs somebody",
            ]
            : [
                "There is no slurm.conf here: SLURM_CONF names one. What needs none:",
                "  fleet health --local  check this machine",
                "  fleet cluster         AWS ParallelCluster: plan, create, watch, delete",
            ]
        return [
            "Which of my nodes are healthy, and why not?",
            "For the head node of a Slurm GPU cluster.", "",
        ] + begin + [
            "",
            "One node, and what was found before:",
            "  fleet node NODE       all that is known of a node",
            "  fleet history         what changed, and since when",
            "",
            "Do something:",
            "  fleet mount-lustre    bring the Lustre mount up",
            "  fleet run -- CMD      any command on every node",
            "  fleet drain, resume   take nodes out of service, and back",
            "",
            "fleet --help lists all commands, fleet COMMAND --help explains one.",
        ]
    }
}

/// The program, for `@main`.
package enum FleetProgram {
    /// Runs the command line and ends the process.
    package static func run() async -> Never {
        await FleetCommand.runProcess()
    }
}
