import ArgumentParser
import DefinedChecks
import FanOut
import FoundationEssentials
import Glibc
import Reports
import Runs
import Sweeps
import Terminal
import Verdicts

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

    @Flag(name: .long, help: "Of a check: a row per node with all columns.")
    var wide = false

    @Flag(name: .long, help: "Of a gpu-check: a row per GPU.")
    var gpus = false

    @Option(name: .long, help: "How to print: table, json, jsonl, csv or prometheus.")
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
        let output = try flags.output(
            table: RunTables.table(for: specification, view: view), format: format,
            metrics: RunTables.metrics(for: specification))
        let rows = run.rows
        let summary = run.run.summary()
        var printer = RunPrinter(
            console: site.console, output: output, names: rows.map(\.result.node))
        // All at once only where that is the view: they may be more than this machine can hold.
        var reports = rows
        for (index, row) in rows.enumerated() {
            let report = run.withStreams(row)
            printer.kept(report)
            if output.needsStreams { reports[index] = report }
        }
        printer.end()
        defer { if let words = run.openWords { site.console.say(words) } }
        try printer.finish(
            RunReport(
                manifest: run.manifest,
                ended: summary?.ended ?? Int(Date().timeIntervalSince1970), reports: reports))
    }
}
