package import FleetCore

/// Rows of comma-separated values as RFC 4180 has them, for spreadsheets and data frames.
///
/// A field that holds a quote, a comma or a line end is quoted and its quotes are doubled, so that a reader of
/// CSV gets every stream byte for byte, with one exception: a field that a spreadsheet would take for a formula has an
/// apostrophe before it. Fields that do not apply are empty.
package struct CSVOutput: Sendable {
    private static let names = [
        "node", "outcome", "exit_code", "signal", "duration_seconds", "launcher", "job_id",
        "verdict", "reason", "findings", "stdout", "stderr", "stdout_truncated", "stderr_truncated",
    ]

    private let isTerminal: Bool

    /// Makes the writer.
    ///
    /// - Parameter isTerminal: Whether rows go to a terminal and must not steer it.
    package init(isTerminal: Bool) {
        self.isTerminal = isTerminal
    }

    /// The heading, with its line end.
    package var heading: [UInt8] {
        Self.record(Self.names.map { Array($0.utf8) })
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
        let fields =
            texts.map { $0.map { Array($0.utf8) } ?? [] } + [result.stdout, result.stderr]
            + [
                Self.truncated(result.stdout, result.cut?.stdout),
                Self.truncated(result.stderr, result.cut?.stderr),
            ]
        return Self.record(isTerminal ? fields.map(Self.visible) : fields)
    }

    /// A field that no spreadsheet takes for a formula, after OWASP's words about "CSV Injection".
    ///
    /// A node may write what it likes.
    static func defused(_ field: [UInt8]) -> [UInt8] {
        let first = field.first.map { Unicode.Scalar($0) }
        let isFormula = first.map { ["=", "+", "-", "@", "\t", "\r"].contains($0) } ?? false
        return isFormula ? [UInt8(ascii: "'")] + field : field
    }

    /// How many bytes a stream has of which the row holds only the first; empty where it is whole.
    private static func truncated(_ held: [UInt8], _ whole: Int?) -> [UInt8] {
        guard let whole, held.count < whole else { return [] }
        return Array("\(whole)".utf8)
    }

    private static func visible(_ field: [UInt8]) -> [UInt8] {
        Array(TerminalText.visible(String(decoding: field, as: UTF8.self)).utf8)
    }

    /// Fields as one row, none of them a formula, with its line end.
    static func record(_ fields: [[UInt8]]) -> [UInt8] {
        var result: [UInt8] = []
        for (index, field) in fields.enumerated() {
            if index > 0 { result.append(UInt8(ascii: ",")) }
            append(defused(field), to: &result)
        }
        return result + [UInt8(ascii: "\r"), .newline]
    }

    private static func append(_ field: [UInt8], to result: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        // Blanks at the ends are lost on some readers where they are not quoted.
        let hasBlankEnd = [field.first, field.last].contains(UInt8(ascii: " "))
        let isPlain =
            !hasBlankEnd
            && field.allSatisfy {
                $0 != quote && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\r")
                    && $0 != .newline
            }
        if isPlain {
            result.append(contentsOf: field)
            return
        }
        result.append(quote)
        // Whole stretches between quotes: fields may be 10 MB.
        var rest = field[...]
        while let place = rest.firstIndex(of: quote) {
            result.append(contentsOf: rest[...place])
            result.append(quote)
            rest = rest[(place + 1)...]
        }
        result.append(contentsOf: rest)
        result.append(quote)
    }
}
