/// Quoting for POSIX shells.
package enum ShellQuote {
    /// The text as one word of a POSIX shell, whatever it holds.
    package static func word(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false).joined(
                separator: #"'\''"#) + "'"
    }

    /// A whole command line.
    package static func line(_ words: [String]) -> String {
        words.map(word).joined(separator: " ")
    }
}
