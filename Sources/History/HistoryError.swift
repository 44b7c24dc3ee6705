/// The history cannot be read or written; what fleet was asked to do does not depend on it.
package struct HistoryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, on what.
    package var attempt: String
    /// Why it failed.
    package var cause: String
    /// What to do next; nil where it passes by itself.
    package var remedy: String?

    /// Makes an error.
    package init(attempt: String, cause: String, remedy: String? = nil) {
        self.attempt = attempt
        self.cause = cause
        self.remedy = remedy
    }

    /// One line.
    package var description: String {
        "cannot \(attempt): \(cause)" + (remedy.map { "; \($0)" } ?? "")
    }
}
