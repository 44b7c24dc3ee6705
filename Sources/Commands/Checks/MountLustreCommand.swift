import ArgumentParser
import Configuration
import LustreCheck
import Reports
import Sweeps
import Terminal

/// `fleet mount-lustre`: brings the mount up on every node.
struct MountLustreCommand: AsyncParsableCommand, NamesNodes {
    static let configuration = CommandConfiguration(
        commandName: "mount-lustre", _superCommandName: "fleet",
        abstract:
            "Bring the Lustre mount up: client module, mount, verify.",
        usage: "fleet mount-lustre [<options>] [<nodes>]",
        discussion: """
            Does only the steps a node needs; where Lustre is mounted already it changes nothing. \
            Without --source, --from-head and --mount-point every lustre line of a node's fstab is \
            meant. --dry-run asks the nodes, and prints each one's plan. \
            Needs root on the nodes: run it as root, or as a user with password-less sudo there.

            Examples:
              fleet mount-lustre --dry-run
              fleet mount-lustre --batch 1,10% --stop-after 1 --fetch-once
              fleet mount-lustre --from-head --persist --nodes gpu-7
            """)

    @OptionGroup var nodeWords: NamedNodes
    @OptionGroup var nodeFlags: SelectorOptions
    @OptionGroup var mount: MountOptions
    @OptionGroup var repair: RepairFlags
    @OptionGroup var options: FanOutOptions
    @OptionGroup var jobFlags: JobFlags

    @Option(
        name: .long,
        help: ArgumentHelp("How long the repair may take on a node.", valueName: "time"))
    var timeout = Seconds(600)

    mutating func run() async throws {
        let selection = try selectors.selection()
        let session = try Session()
        var settings = try mount.settings(configuration: session.configuration)
        settings.options = repair.mountOptions
        let specification = MountLustreSpecification(
            settings,
            repair: try repair.settings(
                mount: mount, settings, session: session, options: options),
            timeout: timeout.count)
        var output = RunOutput(
            table: RunTables.table(for: specification), format: options.format)
        if !options.dryRun {
            let next = HealthFollowUp(rights: session.rights)
            output.talk = { next.linesAfterRepair($0) }
        }
        let runner = FanOutRunner(
            session: session, specification: specification, output: output, options: options,
            jobFlags: jobFlags, includesHead: mount.includeHead)
        let end = try await runner.end(selection: selection)
        if !options.dryRun { ReplacedNodes(session: session, end: end).say(settings) }
        throw ExitCode(end.exitCode)
    }
}
