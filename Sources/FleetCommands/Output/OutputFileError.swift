/// A file of results could not be written where `--output` says.
struct OutputFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    let path: String
    /// Why, in words.
    let cause: String

    var description: String { "cannot write \(path): \(cause)" }
}
