import ArgumentParser
import FleetCore
import FoundationEssentials
import Glibc

/// `fleet show`: the rows of a run that is kept.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a run that is kept, its rows and its nodes' output.",
        usage: "fleet show [<options>] [<run>]",
        discussion: """
            Examples:
              fleet show
              fleet show --gather --diff last
              fleet show --output-dir ./answers 20261124-140211-7f3a
            """)

    @OptionGroup var kept: KeptRunOptions
    @OptionGroup var outputFlags: OutputFlags

    @Option(name: .long, help: "How to print: table, json, jsonl or csv.")
    var format: OutputFormat = .table

    mutating func run() async throws {
        let site = try Site.withoutSlurm()
        let run = try KeptRun(kept.find(site))
        let output = try outputFlags.output(
            table: RunTables.table(for: run.manifest.specification), format: format)
        let reports = run.reports
        let summary = run.run.summary()
        var printer = RunPrinter(
            console: site.console, output: output, names: reports.map(\.result.node))
        for report in reports { printer.kept(report) }
        printer.end()
        if let failure = printer.failure { throw OutputError(cause: failure) }
        try printer.finish(
            RunReport(
                manifest: run.manifest,
                ended: summary?.ended ?? Int(Date().timeIntervalSince1970), reports: reports))
        let open = run.manifest.nodeCount - reports.count
        if summary == nil || open > 0 {
            let state = RunLock.isHeld(run.run) ? "is going on" : "was left by its fleet"
            site.console.say(
                "fleet: the run \(state): \(open) of \(run.manifest.nodeCount) nodes have no row yet; fleet attach \(run.run.id)"
            )
        }
    }
}
