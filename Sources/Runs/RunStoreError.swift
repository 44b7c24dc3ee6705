/// A run that was kept cannot be found or read.
package struct RunStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind, for code that decides.
    package var kind: Kind
    /// What was tried, on what.
    package var attempt: String
    /// Why it failed.
    package var cause: String
    /// What to do next.
    package var remedy: String?

    /// The kinds of failure.
    package enum Kind: Hashable, Sendable {
        /// There is no such run, or its name is not unique.
        case notFound
        /// Its files cannot be read or written.
        case file
        /// It belongs to another cluster, or its jobs to another user.
        case otherCluster
        /// Its folder is another user's.
        case otherUser
    }

    /// Makes an error.
    package init(_ kind: Kind, attempt: String, cause: String, remedy: String? = nil) {
        self.kind = kind
        self.attempt = attempt
        self.cause = cause
        self.remedy = remedy
    }

    /// One or two lines.
    package var description: String {
        "cannot \(attempt): \(cause)" + (remedy.map { "\n\($0)" } ?? "")
    }
}
