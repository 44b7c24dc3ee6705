/// A file that is to travel with the command cannot be read here.
struct PayloadFileError: Error, Hashable, CustomStringConvertible {
    /// The file as it was given.
    let path: String
    /// Why, in words.
    let cause: String

    var description: String { "cannot read \(path): \(cause)" }
}
