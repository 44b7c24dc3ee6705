import ArgumentParser
import DefinedChecks
import FanOut
import FoundationEssentials
import Glibc
import Health
import Platform
import Reports
import Runs
import Sweeps
import Terminal
import Verdicts

/// `fleet show`: the rows of a run that is kept.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", _superCommandName: "fleet",
        abstract: "Show a run that is kept, its rows and its nodes' output.",
        usage: "fleet show [<options>] [<run>]",
        discussion: """
            Examples:
              fleet show
              fleet show --failed
              fleet show --failed --not-run
              fleet show --gather --diff last
              fleet show --output-dir ./answers 20261124-140211-7f3a
            """)

    @OptionGroup var kept: KeptRunOptions
    @OptionGroup var outputFlags: OutputFlags

    @Flag(
        name: .long,
        help: "Only the nodes that failed or are unknown; with --not-run also those not run.")
    var failed = false

    @Flag(name: .long, help: "Only the nodes that were not run.")
    var notRun = false

    @Flag(name: .long, help: "Of a check: a row per node with all columns.")
    var wide = false

    @Flag(name: .long, help: "Of a gpu-check: a row per GPU.")
    var gpus = false

    @Option(
        name: .long,
        help: "How to print; prometheus is for checks, html for health.")
    var format: OutputFormat = .table

    mutating func run() async throws {
        let site = try Site.withoutSlurm()
        let run = try KeptRun(kept.find(site))
        let specification = run.manifest.specification
        var flags = outputFlags
        var view = ReportView(wide: wide, gpus: gpus)
        // Of a check that compares nodes the difference is a table, unless whole outputs are asked for.
        if specification is DefinedCheckSpecification, flags.diff, !flags.gather {
            (view.diff, flags.diff) = (true, false)
        }
        let health = format == .html ? specification as? HealthSpecification : nil
        var output = try flags.output(
            table: RunTables.table(for: specification, view: view), format: format,
            metrics: RunTables.metrics(for: specification),
            page: health.map { page(of: $0, run, site) })
        output.runDir = kept.runDir
        // Its table says what nodes wrote.
        let needsStreams = output.needsStreams || (isNarrowed && output.table is RunTable)
        if isNarrowed { narrow(&output, run.manifest.id) }
        let rows = run.rows
        let summary = run.run.summary()
        var printer = RunPrinter(
            console: site.console, output: output, names: run.names)
        // All at once only where that is the view: they may be more than this machine can hold.
        var reports = rows
        for (index, row) in rows.enumerated() where isShown(row) {
            let report = run.withStreams(row)
            printer.kept(report)
            if needsStreams { reports[index] = report }
        }
        printer.end()
        defer { if let words = run.openWords { site.console.say(words) } }
        try printer.finish(
            RunReport(
                manifest: run.manifest,
                ended: summary?.ended ?? Int(Date().timeIntervalSince1970), reports: reports))
    }

    /// The page of a health check, with the sweeps that there were up to this one.
    private func page(
        of health: HealthSpecification, _ run: KeptRun, _ site: Site
    ) -> @Sendable (RunReport) -> String {
        let history = site.history(runs: try? site.runDirectoryBase(kept.runDir))
        let sweeps = HealthSweeps(
            history: history, check: health.checkName, cluster: run.manifest.cluster,
            console: site.console, before: (run.manifest.id, run.run.summary()?.ended))
        return HealthOutput.page(of: health, cluster: run.manifest.cluster, sweeps)
    }

    // MARK: - Some of the rows

    private var isNarrowed: Bool { failed || notRun }

    /// Whether a row is one of those that were asked for.
    func isShown(_ report: NodeReport) -> Bool {
        guard isNarrowed else { return true }
        switch report.verdict {
        case nil: return notRun
        case .unknown, .fail: return failed
        case .ok, .warn: return false
        }
    }

    /// Leaves rows out, and says how the nodes of which nothing is known are shown: they did not fail, but are not well.
    func narrow(_ output: inout RunOutput, _ id: String) {
        let command = self
        output.narrowed = { report in
            var report = report
            report.reports.removeAll { !command.isShown($0) }
            return report
        }
        guard !notRun else { return }
        let folder = kept.runDir.map { ["--run-dir", $0] } ?? []
        let words = ShellQuote.readable(["fleet", "show", "--not-run"] + folder + [id])
        output.talk = { run in
            let count = run.report.summary.notRun
            guard count > 0 else { return [] }
            return [
                "\(count) \(count == 1 ? "node was" : "nodes were") not run, and not shown: \(words)"
            ]
        }
    }
}
