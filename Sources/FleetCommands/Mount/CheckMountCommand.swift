import ArgumentParser
import FleetCore

/// `fleet check-mount`: whether Lustre is there on every node.
struct CheckMountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-mount",
        abstract: "Is Lustre mounted, the right one, and alive on every node?",
        usage: "fleet check-mount [<options>]",
        discussion: """
            Reads the kernel's mount table first and touches the mount only when that is right, so that \
            a dead Lustre cannot hang the check. Changes nothing.
            """)

    @OptionGroup var selectors: SelectorOptions
    @OptionGroup var mount: MountOptions
    @OptionGroup var options: FanOutOptions
    @OptionGroup var jobFlags: JobFlags

    @Option(
        name: .long, help: ArgumentHelp("How long the check may take on a node.", valueName: "time")
    )
    var timeout = Seconds(30)

    mutating func run() async throws {
        let selection = try selectors.selection()
        let session = try Session()
        let settings = try mount.settings(configuration: session.configuration)
        let runner = FanOutRunner(
            session: session, specification: .checkMount(settings, timeout: timeout.count),
            output: RunOutput(table: MountTable(), format: options.format), options: options,
            jobFlags: jobFlags, includesHead: mount.includeHead)
        throw ExitCode(try await runner.run(selection: selection))
    }
}
