/// A command line that can be parsed but is not valid.
package struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and how to correct it.
    package let description: String

    /// Takes what is wrong and what to do, in a sentence or two.
    package init(_ description: String) {
        self.description = description
    }
}
