/// How much of a payload's output was read so far, in bytes.
package struct OutputOffsets: Hashable, Sendable {
    /// Bytes of standard output.
    package var stdout = 0
    /// Bytes of standard error.
    package var stderr = 0

    /// Nothing was read.
    package init() {}
}

/// What a payload wrote since it was last looked at.
package struct OutputPiece: Hashable, Sendable {
    /// Its standard output since then.
    package var stdout: [UInt8]
    /// Its standard error since then.
    package var stderr: [UInt8]

    /// Makes a piece.
    package init(stdout: [UInt8] = [], stderr: [UInt8] = []) {
        self.stdout = stdout
        self.stderr = stderr
    }

    /// Whether the piece is empty.
    package var isEmpty: Bool { stdout.isEmpty && stderr.isEmpty }
}
