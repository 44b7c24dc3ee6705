import FanOut
import SlurmModel
package import Terminal
package import Verdicts

/// The rows of `fleet run`: how each node's command ended, and the line of its output that says most; nodes that ended
/// alike are one row.
package struct RunTable: ReportTable {
    package let columns = [
        Table.Column("OUTCOME"), Table.Column("EXIT", numeric: true),
        Table.Column("SECONDS", numeric: true), Table.Column("OUTPUT"),
    ]

    /// None of its own: the output of the command.
    package let csv: [CSVColumn]? = nil

    /// Makes the table.
    package init() {}

    package func rows(for report: NodeReport) -> [[String]] { [cells(of: report)] }

    package func lines(for reports: [NodeReport], width: Int?) -> [String] {
        var rows = FoldedRun(self)
        reports.forEach { rows.add($0) }
        return rows.lines(width: width)
    }

    /// Outcome, exit code, seconds and output of a node.
    func cells(of report: NodeReport) -> [String] {
        let result = report.result
        return [
            result.outcome.words, exit(result.exit), result.duration.map(Quantity.seconds) ?? "-",
            report.noteWords + text(of: report),
        ]
    }

    private func exit(_ status: ExitStatus?) -> String {
        switch status {
        case .exited(let code): String(code)
        case .signalled(let signal): "sig \(signal)"
        case nil: "-"
        }
    }

    /// The first line of its output, of one that failed the last line of its errors; the reason when it did not finish.
    private func text(of report: NodeReport) -> String {
        let result = report.result
        if result.reason != nil { return report.reasonWords }
        if let cut = result.cut {
            return "output: \(Quantity.bytes(cut.total)), in \(cut.path)"
        }
        let out = Self.lines(result.stdout)
        let err = Self.lines(result.stderr)
        // What a program says last is why it gives up.
        let failed = report.verdict == .fail ? err.last : nil
        guard let line = failed ?? out.first ?? err.first else { return "" }
        let more = out.count + err.count - 1
        return Self.shown(line) + (more > 0 ? " (+\(more) \(more == 1 ? "line" : "lines"))" : "")
    }

    /// Whether a row shows less than the node wrote.
    static func hasMore(_ result: NodeResult) -> Bool {
        guard result.reason == nil else { return false }
        return result.cut != nil || lines(result.stdout).count + lines(result.stderr).count > 1
    }

    /// The lines that say something.
    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.split(separator: UInt8(ascii: "\n"))
    }

    /// How many bytes of a line a table shows; the full output is in the run directory and in JSON.
    private static let longest = 400

    private static func shown(_ line: ArraySlice<UInt8>) -> String {
        // Tabs, and a carriage return at the line's end, are layout and not text.
        let layout = [UInt8(ascii: "\t"): UInt8(ascii: " ")]
        let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        let shown = String(
            decoding: text.prefix(longest).map { layout[$0] ?? $0 }, as: UTF8.self)
        return shown + (line.count > longest ? " ... (\(line.count) bytes)" : "")
    }
}
