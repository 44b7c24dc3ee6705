/// A file that is to travel with the command cannot be read here.
package struct PayloadFileError: Error, Hashable, CustomStringConvertible {
    /// The file as it was given.
    let path: String
    /// Why, in words.
    let cause: String

    /// Makes a value of its parts.
    package init(path: String, cause: String) {
        self.path = path
        self.cause = cause
    }

    package var description: String { "cannot read \(path): \(cause)" }
}
