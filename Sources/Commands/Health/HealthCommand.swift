import ArgumentParser
import Configuration
import FanOut
import Glibc
import Health
import Platform
import Probes
import Reports
import SlurmKit
import SlurmModel
import Sweeps
import Terminal
import Verdicts

/// `fleet health`: all checks that apply to each node, in one sweep.
struct HealthCommand: AsyncParsableCommand, NamesNodes {
    static let configuration = CommandConfiguration(
        commandName: "health", _superCommandName: "fleet",
        abstract: "Which nodes are healthy, and why not? All checks at once.",
        usage: "fleet health [<options>] [<nodes>]",
        discussion: """
            One payload per node makes gpu-check where its GRES has GPUs, check-mount for the mounts that the settings or \
            its fstab name (Lustre, NFS), and the site's probes that say 'health: true'. Each check has a deadline of its \
            own: one that hangs is unknown, and costs no other. Changes nothing.

            Examples:
              fleet health
              fleet health -p gpu --skip check-mount
              fleet health --changed-only --asleep ok
              fleet health --format html --output /var/www/html/fleet.html
              fleet health --local --drain
            """)

    @OptionGroup var nodeWords: NamedNodes
    @OptionGroup var nodeFlags: SelectorOptions
    @OptionGroup var flags: HealthFlags
    @OptionGroup var options: FanOutOptions
    @OptionGroup var jobFlags: JobFlags
    @OptionGroup var drainFlags: DrainFlags

    @Flag(
        name: .long,
        help: "Check this machine alone, without slurmctld; --drain marks its node.")
    var local = false

    @Flag(name: .long, help: "Also check this machine, the head node.")
    var includeHead = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What a finding means, its source and what to do: its code, or all.", valueName: "code"),
        completion: ClusterCompletion.codes)
    var explain: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long each check may take on a node (default: as in its own command).",
            valueName: "time"))
    var timeout: Seconds?

    mutating func validate() throws {
        guard local else { return }
        if flags.changedOnly {
            throw ValidationError(
                "--changed-only compares with the history, which is the head node's: a check with --local keeps none. Run it there without --local, or leave --changed-only out."
            )
        }
        if !selectors.words.isEmpty || includeHead || options.dryRun {
            throw ValidationError(
                "--local is this machine alone: selectors, --include-head and --dry-run go without it."
            )
        }
    }

    mutating func run() async throws {
        if let explain { return try FindingExplanation(.standard).print(explain) }
        if local {
            let check = LocalHealth(
                flags: flags, drainFlags: drainFlags, options: options, seconds: timeout?.count)
            throw ExitCode(try await check.run())
        }
        let selection = try selectors.selection()
        try drainFlags.check(options)
        let session = try Session()
        let specification = try HealthChecks(
            site: session.site, slurmFolder: session.slurm.folder, seconds: timeout?.count
        ).specification(flags, nodes: selectors.words)
        let sweeps = needsSweeps ? self.sweeps(session, specification) : nil
        let output = HealthOutput(flags: flags, followUp: followUp(session)).output(
            of: specification, format: options.format, cluster: session.slurm.clusterName,
            sweeps: sweeps)
        var runner = FanOutRunner(
            session: session, specification: specification, output: output, options: options,
            jobFlags: jobFlags, includesHead: includeHead)
        runner.noted = { await DrainedWords.noted($0, session) }
        var end = try await runner.end(selection: selection)
        if let report = end.report, end.exitCode != ExitCodes.interrupted {
            end.exitCode = exitCode(of: report, sweeps)
        }
        throw ExitCode(try await drainFlags.act(on: end, session, options))
    }

    private func followUp(_ session: Session) -> HealthFollowUp {
        let rights = session.rights
        return HealthFollowUp(
            runDir: options.runDir ?? (rights == .whole ? nil : ownRunDirectory(session)),
            rights: rights, canReboot: session.slurm.rebootProgram != nil)
    }

    /// Where the caller's runs are kept by a setting that root, whom sudo makes of the caller, does not see.
    private func ownRunDirectory(_ session: Session) -> String? {
        let setting = session.configuration[.runDirectory]
        switch setting?.origin {
        case .variable: return setting?.text
        case .file(let path, _):
            let home = session.environment["HOME"] ?? Users.home(of: geteuid()) ?? "/"
            return path.hasPrefix(home + "/") ? setting?.text : nil
        case .standard, nil: return nil
        }
    }

    private var needsSweeps: Bool {
        flags.changedOnly || flags.report != nil || options.format == .html
    }

    private func sweeps(_ session: Session, _ specification: HealthSpecification) -> HealthSweeps {
        HealthSweeps(
            history: session.historyOfRuns(in: options.runDir), check: specification.checkName,
            cluster: session.slurm.clusterName, console: session.console)
    }

    /// The exit code: with --changed-only whether something changed, else as of every check; nodes that sleep as
    /// --asleep has it.
    private func exitCode(of report: RunReport, _ sweeps: HealthSweeps?) -> Int32 {
        if flags.changedOnly {
            return sweeps?.baseline.changes(in: report).isEmpty == false ? 1 : 0
        }
        return RunSummary(flags.counted(report.reports)).exitCode(
            strict: options.strict, ignoreNotRun: options.ignoreNotRun)
    }
}

/// How a health check is printed.
struct HealthOutput {
    let flags: HealthFlags
    /// What stands below the rows.
    var followUp = HealthFollowUp()

    /// The output as the flags have it.
    ///
    /// - Parameters:
    ///   - specification: What is asked.
    ///   - format: How data is printed.
    ///   - cluster: The cluster's name, for a page.
    ///   - sweeps: The earlier sweeps; nil where nobody asked for them.
    /// - Returns: The output.
    func output(
        of specification: HealthSpecification, format: OutputFormat, cluster: String,
        sweeps: HealthSweeps?
    ) -> RunOutput {
        let baseline = flags.changedOnly ? sweeps?.baseline ?? HealthBaseline() : nil
        let table: any ReportTable =
            if let baseline {
                HealthChangeTable(baseline)
            } else {
                specification.table(ReportView(wide: flags.wide, gpus: flags.gpus))
            }
        var output = RunOutput(
            table: table, format: format, isQuiet: flags.quiet || flags.changedOnly,
            metrics: specification.metrics, file: flags.output)
        output.page = Self.page(of: specification, cluster: cluster, sweeps)
        if let file = flags.metrics { output.further.append(.init(.prometheus, file: file)) }
        if let file = flags.report { output.further.append(.init(.html, file: file)) }
        if let baseline { output.narrowed = { baseline.narrowed($0) } }
        if !flags.quiet {
            let next = followUp
            output.talk = { run in
                guard let baseline else { return next.lines(for: run) }
                guard !baseline.changes(in: run.report).isEmpty else { return [] }
                return [RunClosing.line(for: run.report)] + next.lines(for: run)
            }
        }
        return output
    }

    /// The run as a page for a browser.
    static func page(
        of specification: HealthSpecification, cluster: String, _ sweeps: HealthSweeps?
    ) -> @Sendable (RunReport) -> String {
        let strips = sweeps?.strips ?? []
        return { report in
            HealthPage(specification.coverage, cluster: cluster, sweeps: strips).text(of: report)
        }
    }
}
