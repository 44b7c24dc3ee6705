import FleetCore

/// Prints a run: talk while it goes on, data as it comes or at the end.
struct RunPrinter {
    private let console: Console
    private let format: OutputFormat
    private let reportTable: any ReportTable
    private let columns: [Table.Column]
    private var line: ProgressLine
    private var printedHeading = false
    /// Why rows could not be written; the run goes on, and ends with this.
    private(set) var failure: (any Error)?

    /// Makes a printer.
    ///
    /// - Parameters:
    ///   - console: Where it prints.
    ///   - format: How it prints.
    ///   - table: The rows' form.
    ///   - names: Every target's name, so that rows printed one by one line up.
    init(console: Console, format: OutputFormat, table: any ReportTable, names: [String]) {
        self.console = console
        self.format = format
        reportTable = table
        var columns = table.columns
        if !columns.isEmpty { columns[0].minimum = names.map(TerminalText.width).max() ?? 0 }
        self.columns = columns
        line = ProgressLine(console: console)
    }

    /// A target is done.
    mutating func row(_ report: NodeReport) {
        switch format {
        case .json: return
        case .csv:
            line.clear()
            let csv = CSVOutput(isTerminal: console.outputIsTerminal)
            let heading = printedHeading ? [] : csv.heading
            printedHeading = true
            write(heading + csv.row(report))
        case .jsonl:
            line.clear()
            write { [try JSONOutput.line(report.json)] }
        case .table:
            line.clear()
            var table = Table(columns)
            reportTable.rows(for: report).forEach { table.add($0) }
            let lines =
                printedHeading
                ? table.bodyLines(width: console.columns) : table.lines(width: console.columns)
            printedHeading = true
            write { lines }
        }
    }

    private mutating func write(_ lines: () throws -> [String]) {
        guard failure == nil else { return }
        do {
            for line in try lines() { try console.print(line) }
        } catch {
            failure = error
        }
    }

    private mutating func write(_ bytes: [UInt8]) {
        guard failure == nil else { return }
        do {
            try console.write(bytes)
        } catch {
            failure = error
        }
    }

    mutating func progress(_ progress: FanOutProgress) {
        line.show(progress)
    }

    mutating func cancelling(_ nodes: [String]) {
        line.clear()
        let shown = nodes.prefix(8).joined(separator: ",")
        let more = nodes.count > 8 ? " and \(nodes.count - 8) more" : ""
        console.say("fleet: interrupted: ending the jobs on \(shown)\(more)")
        console.say("fleet: Ctrl-C again leaves at once")
    }

    mutating func silent(_ cause: String) {
        line.clear()
        console.say(
            "fleet: slurmctld does not answer (\(cause)); still reading what the nodes leave")
    }

    mutating func cancelFailed(_ job: UInt32, _ cause: String) {
        line.clear()
        console.say(
            "fleet: job \(job) could not be ended (\(cause)); it ends by itself, at its own limit")
    }

    /// Nothing more will come.
    mutating func end() {
        line.clear()
    }

    /// The run is over.
    ///
    /// - Throws: An error when standard output cannot be written.
    func finish(_ report: RunReport) throws {
        switch format {
        case .json: try console.print(JSONOutput.pretty(report.json))
        case .csv:
            // A reader finds the columns even where no node was there to give a row.
            if !printedHeading {
                try console.write(CSVOutput(isTerminal: console.outputIsTerminal).heading)
            }
        case .table, .jsonl: break
        }
        console.say(RunClosing.line(for: report))
    }
}
