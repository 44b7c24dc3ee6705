internal import CTerminal
import Glibc
import SystemPackage

/// The two output streams: data goes to standard output, messages to standard error.
package struct Console: Sendable {
    /// Whether standard output is a terminal.
    package let outputIsTerminal: Bool
    /// Whether standard error is a terminal.
    package let errorIsTerminal: Bool
    /// The terminal's number of columns; nil when standard output is no terminal.
    package let columns: Int?
    /// The number of columns of the terminal that messages go to; nil when standard error is no terminal.
    package let errorColumns: Int?
    /// Whether standard output is a terminal on which lines can be repainted.
    package let isCapable: Bool
    /// Whether data may be coloured: the terminal supports it, and NO_COLOR does not forbid it.
    package let isColored: Bool

    /// Inspects the process's own streams.
    ///
    /// - Parameter environment: The environment; COLUMNS, if it is set, gives the width.
    package init(environment: [String: String]) {
        outputIsTerminal = isatty(STDOUT_FILENO) == 1
        errorIsTerminal = isatty(STDERR_FILENO) == 1
        let given = environment["COLUMNS"].flatMap { Int($0) }
        let said = given ?? Int(cterminal_columns(STDOUT_FILENO))
        columns = outputIsTerminal && said > 0 ? said : nil
        let errors = given ?? Int(cterminal_columns(STDERR_FILENO))
        errorColumns = errorIsTerminal && errors > 0 ? errors : nil
        isCapable = outputIsTerminal && !["", "dumb"].contains(environment["TERM"] ?? "")
        // no-color.org: set and not empty.
        isColored = isCapable && (environment["NO_COLOR"] ?? "").isEmpty
    }

    /// Writes a line of data.
    package func print(_ line: String) throws {
        try write(Array((line + "\n").utf8))
    }

    /// Writes many lines of data in one call, because a table may have tens of thousands of them.
    package func print(_ lines: [String]) throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lines.reduce(0) { $0 + $1.utf8.count + 1 })
        for line in lines {
            bytes.append(contentsOf: line.utf8)
            bytes.append(.newline)
        }
        try write(bytes)
    }

    /// Writes data as it is, without a newline.
    package func write(_ bytes: [UInt8]) throws {
        do {
            try FileDescriptor.standardOutput.writeAll(bytes)
        } catch {
            throw OutputError(cause: error)
        }
    }

    /// Writes a message, of one line or several; a failure to write it is ignored.
    ///
    /// Nothing in it steers a terminal, whoever wrote a part of it, see ``TerminalText/visible(_:)``. On a terminal it is cut between words, see ``TerminalText/wrapMessage(_:columns:)``.
    package func say(_ message: String) {
        _ = try? FileDescriptor.standardError.writeAll((laidOut(message) + "\n").utf8)
    }

    /// A message as a terminal shows it: lines that are too wide for it are cut between words.
    package func laidOut(_ message: String) -> String {
        // Scalars and not characters: a mark that combines with the line's end would hide it.
        message.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { TerminalText.visible(String($0)) }
            .flatMap { line in
                errorColumns.map { TerminalText.wrapMessage(line, columns: max(20, $0)) } ?? [line]
            }
            .joined(separator: "\n")
    }

    /// Writes lines of talk as they are.
    package func sayBytes(_ bytes: [UInt8]) {
        _ = try? FileDescriptor.standardError.writeAll(bytes)
    }

    /// Writes a message without a newline, for a line that will be repainted.
    package func paint(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }
}

/// Standard output could not be written: the reader did not get the data, and this must not look like success.
package struct OutputError: Error, CustomStringConvertible {
    /// The error of the system.
    let cause: any Error
    /// Whether the data is also in a run directory.
    package var isKept = false

    /// Whether the reader closed the pipe, as head(1) does once it has enough lines.
    package var isClosedReader: Bool { cause as? Errno == .brokenPipe }

    package var description: String {
        "cannot write to standard output: \(cause)"
            + (isKept ? "; the run directory keeps the nodes' answers" : "")
    }
}
