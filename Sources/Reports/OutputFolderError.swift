/// A node's output could not be written where `--output-dir` says.
package struct OutputFolderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The folder or file.
    package var path: String
    /// Why, in words.
    package var cause: String
    /// What to do.
    package var remedy: String

    /// What failed, and what to do.
    package var description: String {
        "cannot write \(path): \(cause)\n\(remedy)"
    }
}
