import FanOut
import SlurmModel
package import Terminal
package import Verdicts

/// The rows of `fleet run`: how each node's command ended, and the first line of its output.
package struct RunTable: ReportTable {
    /// For printing rows one by one: every column but the first and last has a fixed width.
    package let columns = [
        Table.Column("NODE"),
        Table.Column("OUTCOME", minimum: Outcome.allCases.map(\.words.count).max() ?? 0),
        Table.Column("EXIT", numeric: true, minimum: 6),
        Table.Column("SECONDS", numeric: true),
        Table.Column("OUTPUT"),
    ]

    /// Makes the table.
    package init() {}

    package func rows(for report: NodeReport) -> [[String]] {
        let result = report.result
        return [
            [
                result.node, result.outcome.words, exit(result.exit),
                result.duration.map(Quantity.seconds) ?? "-", report.noteWords + text(of: result),
            ]
        ]
    }

    private func exit(_ status: ExitStatus?) -> String {
        switch status {
        case .exited(let code): String(code)
        case .signalled(let signal): "sig \(signal)"
        case nil: "-"
        }
    }

    /// The first line of its output, with how much more there is; the reason when it did not finish.
    private func text(of result: NodeResult) -> String {
        if let reason = result.reason {
            return result.remedy.map { "\(reason) -> \($0)" } ?? reason
        }
        if let cut = result.cut {
            return "output: \(Quantity.bytes(cut.total)), in \(cut.path)"
        }
        return Self.firstLine(result.stdout) ?? Self.firstLine(result.stderr) ?? ""
    }

    /// How many bytes of a line a table shows; the full output is in the run directory and in JSON.
    private static let longest = 400

    private static func firstLine(_ bytes: [UInt8]) -> String? {
        guard let start = bytes.firstIndex(where: { $0 != UInt8(ascii: "\n") }) else { return nil }
        let line = bytes[start...].prefix { $0 != UInt8(ascii: "\n") }
        let rest = bytes[line.endIndex...].dropFirst()
        let newlines = rest.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        let lines = rest.isEmpty || rest.last == UInt8(ascii: "\n") ? newlines : newlines + 1
        // Tabs, and a carriage return at the line's end, are layout and not text.
        let layout = [UInt8(ascii: "\t"): UInt8(ascii: " ")]
        let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        let shown = String(
            decoding: text.prefix(longest).map { layout[$0] ?? $0 }, as: UTF8.self)
        let cut = line.count > longest ? " ... (\(line.count) bytes)" : ""
        return shown + cut + (lines > 0 ? " (+\(lines) \(lines == 1 ? "line" : "lines"))" : "")
    }
}
