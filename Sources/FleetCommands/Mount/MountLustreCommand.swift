import ArgumentParser
import FleetCore

/// `fleet mount-lustre`: brings the mount up on every node.
struct MountLustreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mount-lustre",
        abstract:
            "Bring the Lustre mount up on every node: client module, modprobe, mount, verify.",
        usage: "fleet mount-lustre [<options>]",
        discussion: """
            Does only the steps a node needs; where Lustre is mounted already it changes nothing. \
            Needs root on the nodes: run it as root, or as a user with password-less sudo there.
            """)

    @OptionGroup var selectors: SelectorOptions
    @OptionGroup var mount: MountOptions
    @OptionGroup var options: FanOutOptions
    @OptionGroup var jobFlags: JobFlags

    @Option(
        name: .customLong("options"),
        help: ArgumentHelp("Mount options for --source.", valueName: "options"))
    var mountOptions: String = LustreSettings().options

    @Option(
        name: .long,
        help: ArgumentHelp("How long the repair may take on a node.", valueName: "time"))
    var timeout = Seconds(600)

    mutating func run() async throws {
        let selection = try selectors.selection()
        let session = try Session()
        var settings = try mount.settings(configuration: session.configuration)
        settings.options = mountOptions
        let runner = FanOutRunner(
            session: session, specification: .mountLustre(settings, timeout: timeout.count),
            output: RunOutput(table: MountTable(), format: options.format), options: options,
            jobFlags: jobFlags, includesHead: mount.includeHead)
        throw ExitCode(try await runner.run(selection: selection))
    }
}
