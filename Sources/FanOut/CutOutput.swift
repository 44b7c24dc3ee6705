/// Where the whole of an output lies of which fleet holds only the beginning.
package struct CutOutput: Codable, Hashable, Sendable {
    /// The record, an absolute path.
    package var path: String
    /// Where the standard output begins in it, in bytes; the standard error follows it.
    package var offset: Int
    /// How many bytes the standard output has.
    package var stdout: Int
    /// How many bytes the standard error has.
    package var stderr: Int

    /// Bytes of both streams.
    package var total: Int { stdout + stderr }

    /// Makes a description of a record.
    package init(path: String, offset: Int, stdout: Int, stderr: Int) {
        self.path = path
        self.offset = offset
        self.stdout = stdout
        self.stderr = stderr
    }
}
