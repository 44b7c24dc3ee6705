/// A configuration that cannot be used: which file or variable, which line and key, and why.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's path or the variable's name.
    package var origin: String
    /// The line in the file; nil where there is none.
    package var line: Int?
    /// What is wrong.
    package var cause: String

    /// Makes a value of its parts.
    package init(origin: String, line: Int? = nil, cause: String) {
        self.origin = origin
        self.line = line
        self.cause = cause
    }

    /// `ORIGIN:LINE: CAUSE`.
    package var description: String {
        let place = line.map { "\(origin):\($0)" } ?? origin
        return "\(place): \(cause)"
    }
}
