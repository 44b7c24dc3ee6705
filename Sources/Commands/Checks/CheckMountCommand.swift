import ArgumentParser
import Configuration
import LustreCheck
import Probes
import Reports
import Sweeps
import Verdicts

/// `fleet check-mount`: whether Lustre, or another file system, is there on every node.
struct CheckMountCommand: AsyncParsableCommand, NamesNodes {
    static let configuration = CommandConfiguration(
        commandName: "check-mount", _superCommandName: "fleet",
        abstract: "Is Lustre mounted, the right one, and alive on every node?",
        usage: "fleet check-mount [<options>] [<nodes>]",
        discussion: """
            Reads the kernel's mount table first, then client module, connections, kernel log and waiting tasks, \
            and touches the mount only when all that is right, so that a dead Lustre cannot hang the check. \
            Changes nothing; --canary writes a file and removes it.

            Examples:
              fleet check-mount
              fleet check-mount --expect data,checkpoints --canary --canary-sample 10
              fleet check-mount --path /fsx --type nfs
              fleet check-mount --explain mount.hung
            """)

    @OptionGroup var nodeWords: NamedNodes
    @OptionGroup var nodeFlags: SelectorOptions
    @OptionGroup var mount: MountOptions
    @OptionGroup var flags: CheckMountFlags
    @OptionGroup var results: ResultFlags
    @OptionGroup var options: FanOutOptions
    @OptionGroup var jobFlags: JobFlags
    @OptionGroup var drainFlags: DrainFlags

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What a finding means, its source and what to do: its code, or all.", valueName: "code"),
        completion: ClusterCompletion.codes)
    var explain: String?

    @Option(
        name: .long, help: ArgumentHelp("How long the check may take on a node.", valueName: "time")
    )
    var timeout = Seconds(30)

    mutating func run() async throws {
        if let explain { return try FindingExplanation(.standard).print(explain) }
        let selection = try selectors.selection()
        try drainFlags.check(options)
        let session = try Session()
        let settings = try flags.settings(mount: mount, configuration: session.configuration)
        let policy = try results.policy(
            configuration: session.configuration, codes: FindingCatalogue.standard.all.map(\.code))
        let specification = CheckMountSpecification(
            settings, timeout: timeout.count, policy: policy)
        var output = RunOutput(
            table: RunTables.table(for: specification, view: ReportView(wide: results.wide)),
            format: options.format, metrics: RunTables.metrics(for: specification),
            file: results.output)
        // A finding's remedy names no nodes.
        let next = HealthFollowUp(runDir: options.runDir, rights: session.rights)
        output.talk = { next.linesAfterMountCheck($0) }
        let runner = FanOutRunner(
            session: session, specification: specification, output: output, options: options,
            jobFlags: jobFlags, includesHead: mount.includeHead)
        let end = try await runner.end(selection: selection)
        throw ExitCode(try await drainFlags.act(on: end, session, options))
    }
}
