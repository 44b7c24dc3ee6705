package import FanOut
import Platform
import SlurmKit
package import Terminal
package import Verdicts

/// Prints a run: messages while it runs, data as it arrives or at the end.
package struct RunPrinter {
    private let console: Console
    private let output: RunOutput
    private let columns: [Table.Column]
    /// The names that two targets have, a node and the head node.
    private let sharedNames: Set<String>
    private var line: ProgressLine
    private var labelled: LabelledLines
    /// The rows of a plain run, which are shown at its end; nil for every other output.
    private var folded: FoldedRun?
    private var printedHeading = false
    private var saidCancelling = false
    /// How many of the rows so far failed.
    private var failed = 0
    /// Why rows could not be written; the run continues, and ends with this error.
    private var failure: (any Error)?
    /// Why some of the nodes' files could not be written; the rows continue.
    private var folderFailure: OutputFolderError?

    /// Makes a printer.
    ///
    /// - Parameters:
    ///   - console: Where it prints.
    ///   - output: How it prints.
    ///   - names: Every target's name, so that rows printed one by one line up.
    package init(console: Console, output: RunOutput, names: [String]) {
        self.console = console
        self.output = output
        var columns = output.table.columns
        if !columns.isEmpty { columns[0].minimum = names.map(TerminalText.width).max() ?? 0 }
        self.columns = columns
        var seen: Set<String> = []
        sharedNames = Set(names.filter { !seen.insert($0).inserted })
        folded =
            output.view == .rows && output.format == .table && !output.printsAtEnd
            ? (output.table as? RunTable).map(FoldedRun.init) : nil
        line = ProgressLine(console: console)
        labelled = LabelledLines(
            isTerminal: console.outputIsTerminal, hasLabels: output.view != .whole)
    }

    // MARK: - Data

    /// A target is done.
    package mutating func row(_ report: NodeReport) {
        if report.verdict == .fail { failed += 1 }
        writeFiles(report)
        if let cut = report.result.cut { tell(cut, of: name(of: report)) }
        guard !output.printsAtEnd else { return }
        switch output.format {
        case .json, .prometheus, .html: return
        case .csv:
            line.clear()
            let csv = ReportCSV(
                isTerminal: console.outputIsTerminal, columns: output.table.csv)
            let heading = printedHeading ? [] : csv.heading
            printedHeading = true
            keep { [console] in try console.write(heading + csv.row(report)) }
        case .jsonl:
            line.clear()
            keep { [console] in try console.print(JSONOutput.line(report.json)) }
        case .table:
            switch output.view {
            case .rows: tableRow(report)
            case .lines, .whole: lastLines(of: report)
            case .groups: return
            }
        }
    }

    /// Prints a row of which nothing was printed yet: an earlier fleet stored it, or srun brought its output at the
    /// end.
    package mutating func kept(_ report: NodeReport) {
        if output.followsOutput {
            self.output(
                report.result.node,
                OutputPiece(stdout: report.result.stdout, stderr: report.result.stderr),
                isNamesake: isNamesake(report))
        }
        row(report)
    }

    /// A payload wrote something.
    package mutating func output(_ node: String, _ piece: OutputPiece, isNamesake: Bool = false) {
        guard output.followsOutput else { return }
        let out = labelled.add(
            node: node, stream: .stdout, bytes: piece.stdout, isNamesake: isNamesake)
        let err = labelled.add(
            node: node, stream: .stderr, bytes: piece.stderr, isNamesake: isNamesake)
        write(out, errors: err)
    }

    /// Whether it is the row of the head node, and one of the nodes has the same name.
    private func isNamesake(_ report: NodeReport) -> Bool {
        report.result.launcher == .local && sharedNames.contains(report.result.node)
    }

    private func name(of report: NodeReport) -> String {
        report.result.node + (isNamesake(report) ? " (head)" : "")
    }

    private mutating func lastLines(of report: NodeReport) {
        let (node, isNamesake) = (report.result.node, isNamesake(report))
        write(
            labelled.end(node: node, stream: .stdout, isNamesake: isNamesake),
            errors: labelled.end(node: node, stream: .stderr, isNamesake: isNamesake))
        // How the node was reached is told of a node alone as well: its output may be that of a busy or drained node.
        let note = output.view == .whole ? report.noteWords : ""
        guard report.verdict != .ok || !note.isEmpty else { return }
        line.clear()
        let why = report.why.first.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
        console.say(
            TerminalText.visible(
                "fleet: \(name(of: report)): \(note)\(report.result.outcome.words)\(why)"))
    }

    private mutating func write(_ bytes: [UInt8], errors: [UInt8]) {
        guard !bytes.isEmpty || !errors.isEmpty else { return }
        line.clear()
        if !bytes.isEmpty { keep { [console] in try console.write(bytes) } }
        if !errors.isEmpty { console.sayBytes(errors) }
    }

    /// Partial output must never look complete.
    private mutating func tell(_ cut: CutOutput, of node: String) {
        line.clear()
        console.say(
            TerminalText.visible(
                "fleet: \(node): more than \(Quantity.bytes(Record.limit)) of one stream: cut here; the whole \(Quantity.bytes(cut.total)) are in \(cut.path)"
            ))
    }

    private mutating func tableRow(_ report: NodeReport) {
        if folded != nil {
            folded?.add(report)
            return
        }
        line.clear()
        var table = Table(columns)
        output.table.rows(for: report).forEach { table.add($0) }
        let lines =
            printedHeading
            ? table.bodyLines(width: console.columns) : table.lines(width: console.columns)
        printedHeading = true
        keep { [console] in for line in lines { try console.print(line) } }
    }

    /// A full folder must not stop the rows: it is reported at the end.
    private mutating func writeFiles(_ report: NodeReport) {
        guard let folder = output.folder, folderFailure == nil else { return }
        do throws(OutputFolderError) {
            try folder.write(report, isNamesake: isNamesake(report))
        } catch {
            folderFailure = error
        }
    }

    /// Does something that may fail; after the first failure nothing more is written.
    private mutating func keep(_ body: () throws -> Void) {
        guard failure == nil else { return }
        do {
            try body()
        } catch {
            failure = error
        }
    }

    // MARK: - Talk

    /// Shows how many targets are in each phase.
    package mutating func progress(_ progress: FanOutProgress) {
        line.show(progress, failed: failed)
    }

    /// Says that the jobs on these nodes are being ended.
    package mutating func cancelling(_ nodes: [String]) {
        // Every launcher and every wave reports it, but it is printed once.
        guard !saidCancelling else { return }
        saidCancelling = true
        line.clear()
        let names = nodes.isEmpty ? "" : " on \(TerminalText.visible(Hostlist.fold(nodes)))"
        console.say("fleet: interrupted: ending the jobs\(names)")
        console.say("fleet: Ctrl-C again leaves at once")
    }

    /// Says that slurmctld does not answer, and why.
    package mutating func silent(_ cause: String) {
        line.clear()
        console.say(
            "fleet: slurmctld does not answer (\(cause)); still reading what the nodes leave")
    }

    /// Says that a job could not be ended, and why.
    package mutating func cancelFailed(_ job: UInt32, _ cause: String) {
        line.clear()
        console.say(
            "fleet: job \(job) could not be ended (\(cause)); it ends by itself, at its own limit")
    }

    /// Nothing more will come.
    package mutating func end() {
        line.clear()
    }

    /// The run has ended: prints the data that waits for the end, and the closing line, even after earlier write
    /// errors.
    ///
    /// - Throws: An ``OutputError`` where standard output could not be written, an ``OutputFolderError`` for the
    ///   nodes' files.
    package mutating func finish(_ report: RunReport) throws {
        let shown = output.narrowed?(report) ?? report
        let fileFailure = writeFile(shown) ?? writeFurther(report)
        keep { [self] in try printEnd(shown) }
        if !output.isQuiet {
            if let leftOut = report.leftOut { console.say(TerminalText.visible(leftOut)) }
            console.say(RunClosing.line(for: report))
            for line in output.nextLines(for: report, hasMore: folded?.hasMore ?? false) {
                console.say(TerminalText.visible(line))
            }
        }
        let run = RunOutput.TalkOfRun(
            report: report, clusterNodes: output.clusterNodes, width: console.columns)
        for line in output.talk?(run) ?? [] {
            console.say(TerminalText.visible(line))
        }
        if let refusal = RunClosing.commonRefusal(in: report) { console.say(refusal) }
        if var failure = failure as? OutputError {
            failure.isKept = true
            throw failure
        }
        if let failure { throw failure }
        if let folderFailure { throw folderFailure }
        if let fileFailure { throw fileFailure }
    }

    /// Writes the data to the requested file.
    ///
    /// - Returns: Why it could not be written; nil where it was, and where none was asked for.
    private func writeFile(_ report: RunReport) -> (any Error)? {
        guard output.printsAtEnd, let file = output.file else { return nil }
        do {
            let document = RunDocument(output: output, report: report)
            try AtomicFile.write(try document.bytes(width: nil, isTerminal: false), to: file)
            return nil
        } catch {
            return error
        }
    }

    /// Writes the files that were asked for beside the output.
    ///
    /// - Returns: Why one could not be written; nil where all were.
    private func writeFurther(_ report: RunReport) -> (any Error)? {
        var failure: (any Error)?
        for further in output.further {
            do {
                var own = output
                own.format = further.format
                let document = RunDocument(output: own, report: report)
                try AtomicFile.write(
                    try document.bytes(width: nil, isTerminal: false), to: further.file)
            } catch {
                failure = failure ?? error
            }
        }
        return failure
    }

    private func printEnd(_ report: RunReport) throws {
        // Where nothing of what was asked for happened, nothing is printed.
        guard output.narrowed == nil || !report.reports.isEmpty else { return }
        if let folded {
            return try console.print(folded.lines(of: report.reports, width: console.columns))
        }
        if output.printsAtEnd, output.file == nil {
            let document = RunDocument(output: output, report: report)
            try console.write(
                try document.bytes(width: console.columns, isTerminal: console.outputIsTerminal))
        }
        if output.format == .table, case .groups(let diff) = output.view {
            let text = GatherText(
                isTerminal: console.outputIsTerminal, width: console.columns,
                fold: { Hostlist.fold($0) })
            try text.write(OutputGroup.fold(report.reports), diff: diff) { try console.write($0) }
        }
    }
}
