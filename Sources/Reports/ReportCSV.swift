import FanOut
import Terminal
package import Verdicts

/// A run's rows as comma-separated values; of a command the streams are written byte for byte, of a check what it says of
/// each node, since its script talks to fleet alone.
///
/// Fields that do not apply are empty, and a field that a spreadsheet would take for a formula gets an apostrophe
/// before it.
package struct ReportCSV: Sendable {
    private static let names = [
        "node", "outcome", "exit_code", "signal", "duration_seconds", "launcher", "job_id",
        "verdict", "reason", "findings",
    ]
    private static let streams = ["stdout", "stderr", "stdout_truncated", "stderr_truncated"]
    /// The last column: whoever counts columns finds those of earlier releases where they were.
    private static let remedy = "remedy"

    private let isTerminal: Bool
    private let columns: [CSVColumn]?

    /// Makes the writer.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether rows go to a terminal and must not steer it.
    ///   - columns: What a check adds; nil for a command, whose output is added.
    package init(isTerminal: Bool, columns: [CSVColumn]? = nil) {
        self.isTerminal = isTerminal
        self.columns = columns
    }

    /// The heading, with its line end.
    package var heading: [UInt8] {
        CSVText.record(
            (Self.names + (columns?.map(\.name) ?? Self.streams) + [Self.remedy])
                .map { Array($0.utf8) })
    }

    /// One node's row, with its line end.
    package func row(_ report: NodeReport) -> [UInt8] {
        let result = report.result
        let findings = report.judgement?.findings.map(\.text).joined(separator: "; ")
        let texts = [
            result.node, result.outcome.rawValue, result.exit?.code.map(String.init),
            result.exit?.signal.map(String.init), result.duration.map { "\($0)" },
            result.launcher?.rawValue, result.jobID.map(String.init), report.verdict?.rawValue,
            result.reason, findings,
        ]
        let own =
            columns?.map { Array($0.value(report).utf8) } ?? [
                result.stdout, result.stderr, Self.truncated(result.stdout, result.cut?.stdout),
                Self.truncated(result.stderr, result.cut?.stderr),
            ]
        let remedy = Array((result.remedy ?? "").utf8)
        let fields = texts.map { $0.map { Array($0.utf8) } ?? [] } + own + [remedy]
        return CSVText.record(isTerminal ? fields.map(Self.visible) : fields)
    }

    /// The full size in bytes of a stream that the row holds only in part; empty for a complete stream.
    private static func truncated(_ held: [UInt8], _ whole: Int?) -> [UInt8] {
        guard let whole, held.count < whole else { return [] }
        return Array("\(whole)".utf8)
    }

    private static func visible(_ field: [UInt8]) -> [UInt8] {
        Array(TerminalText.visible(String(decoding: field, as: UTF8.self)).utf8)
    }
}
