import ArgumentParser
import FleetCore

/// `fleet run`: any command on every selected node.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a command on every selected node: one row each.",
        usage: "fleet run [<options>] -- <command> ...",
        discussion: """
            The command runs exactly as given, without a shell: for a pipeline say sh -c '...'. \
            It runs as you, in your home, with a minimal environment and an empty standard input.

            Examples:
              fleet run -- uptime
              fleet run --nodes gpu-[1-4] --timeout 5m -- /usr/local/bin/check-disk --fast
              fleet run --format json -- sh -c 'cat /proc/loadavg'
            """)

    @OptionGroup var selectors: SelectorOptions
    @OptionGroup var options: FanOutOptions

    @Option(
        name: .long,
        help: ArgumentHelp("How long the command may run on a node.", valueName: "time"))
    var timeout = Seconds(60)

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The command and its arguments, after --.", valueName: "command"))
    var command: [String] = []

    mutating func validate() throws {
        if command.isEmpty {
            throw ValidationError("Give a command after --, as in: fleet run -- uptime")
        }
    }

    mutating func run() async throws {
        let selection = try selectors.selection()
        let runner = FanOutRunner(
            session: try Session(),
            probe: CommandProbe(arguments: command, timeout: timeout.count),
            table: RunTable(), options: options)
        throw ExitCode(try await runner.run(selection: selection))
    }
}
