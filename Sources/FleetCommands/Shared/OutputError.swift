import SystemPackage

/// Standard output could not be written: the rows are lost to the reader, so the run must not look like a success.
struct OutputError: Error, CustomStringConvertible {
    /// What the system said.
    let cause: any Error

    /// Whether the reader went away, as head(1) does once it has its lines.
    var isClosedReader: Bool { cause as? Errno == .brokenPipe }

    var description: String {
        "cannot write to standard output: \(cause); the run directory keeps the nodes' answers"
    }
}
