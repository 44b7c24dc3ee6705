/// A command line that parses, and still makes no sense.
struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what would be right.
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
