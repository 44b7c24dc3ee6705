import SystemPackage

/// Standard output could not be written: what was asked for is lost to the reader, which must not look like a success.
package struct OutputError: Error, CustomStringConvertible {
    /// What the system said.
    let cause: any Error
    /// Whether a run directory has what was to be written.
    package var isKept = false

    /// Whether the reader went away, as head(1) does once it has its lines.
    package var isClosedReader: Bool { cause as? Errno == .brokenPipe }

    package var description: String {
        "cannot write to standard output: \(cause)"
            + (isKept ? "; the run directory keeps the nodes' answers" : "")
    }
}
