import ArgumentParser
import Configuration
import Reports
import Sweeps
import Terminal
import Verdicts

/// `fleet run`: any command on every selected node.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", _superCommandName: "fleet",
        abstract: "Run a command or a script on nodes: one row each.",
        usage:
            "fleet run [<options>] (-- <command> ... | --shell <line> | --script <file> | --copy <file:path>)",
        discussion: """
            The command runs exactly as given, without a shell: for a pipeline use --shell. \
            It runs as you, in your home, with a minimal environment and an empty standard input. \
            On one node its output is shown whole, on several its first line in a row for each.

            Examples:
              fleet run -- uptime
              fleet run --read-only -- nvidia-smi -L
              fleet run --gather --shell 'uname -r | cut -d- -f1'
              fleet run --nodes 'gpu-[1-4]' --timeout 5m --script ./check.sh -- --fast
              fleet run --batch 1,10% --copy ./app.conf:/etc/app.conf -- app reload
            """)

    @OptionGroup var selectors: SelectorOptions
    @OptionGroup var payloadFlags: PayloadFlags
    @OptionGroup var outputFlags: OutputFlags
    @OptionGroup var options: FanOutOptions
    @OptionGroup var jobFlags: JobFlags

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long the command may run on a node (default: no limit but its partition's, or a day).",
            valueName: "time"))
    var timeout: Seconds?

    @Flag(
        name: .long,
        help:
            "The command only looks: it may go to many nodes at once, beside jobs, and to a node twice (--timeout: 10s unless given)."
    )
    var readOnly = false

    @Flag(name: .long, help: "Also run it on this machine, the head node.")
    var includeHead = false

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The command and its arguments, after --.", valueName: "command"))
    var command: [String] = []

    mutating func validate() throws {
        do throws(UsageError) {
            guard !readOnly || payloadFlags.copy.isEmpty else {
                throw UsageError("--read-only and --copy exclude each other.")
            }
            _ = try PayloadBuilder.arguments(flags: payloadFlags, command: command)
            guard payloadFlags.inputReaders + (selectors.readsStandardInput ? 1 : 0) < 2 else {
                throw UsageError("Standard input (-) can be read once only.")
            }
        } catch {
            throw ValidationError(error.description)
        }
    }

    mutating func run() async throws {
        let selection = try selectors.selection()
        var output = try outputFlags.output(table: RunTable(), format: options.format)
        output.runDir = options.runDir
        let session = try Session()
        let payload = try await PayloadBuilder(
            flags: payloadFlags, command: command,
            timeout: timeout?.count ?? (readOnly ? CommandProbe.briefSeconds : nil),
            environment: session.environment
        ).payload()
        let runner = FanOutRunner(
            session: session,
            specification: CommandSpecification(payload: payload, isReadOnly: readOnly),
            output: output, options: options, jobFlags: jobFlags, includesHead: includeHead)
        throw ExitCode(try await runner.run(selection: selection))
    }
}
