/// A file of results could not be written where `--output` says.
package struct OutputFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    let path: String
    /// Why, in words.
    let cause: String

    package var description: String { "cannot write \(path): \(cause)" }
}
