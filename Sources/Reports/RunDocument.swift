import Terminal

/// The data that is written once a run has ended.
struct RunDocument {
    let output: RunOutput
    let report: RunReport

    /// The data.
    ///
    /// - Parameters:
    ///   - width: The terminal's columns; nil where the output is no terminal.
    ///   - isTerminal: Whether it goes to a terminal and must not steer it.
    /// - Returns: The data's bytes.
    /// - Throws: The errors of the JSON encoder.
    func bytes(width: Int?, isTerminal: Bool) throws -> [UInt8] {
        switch output.format {
        case .json:
            return Self.bytes([try JSONOutput.pretty(output.json?(report) ?? report.json)])
        case .jsonl: return Self.bytes(try report.reports.map { try JSONOutput.line($0.json) })
        case .prometheus:
            let text = output.metrics?.text(of: report) ?? ""
            guard isTerminal else { return Array(text.utf8) }
            // Labels may contain text from a node.
            return Self.bytes(
                text.split(separator: "\n").map { TerminalText.visible(String($0)) })
        case .html: return Array((output.page?(report) ?? "").utf8)
        case .csv:
            let csv = ReportCSV(isTerminal: isTerminal, columns: output.table.csv)
            return csv.heading + report.reports.flatMap(csv.row)
        case .table: return Self.bytes(output.table.lines(for: report.reports, width: width))
        }
    }

    private static func bytes(_ lines: [String]) -> [UInt8] {
        Array(lines.map { $0 + "\n" }.joined().utf8)
    }
}
