/// Quoting for POSIX shells.
package enum ShellQuote {
    /// The text as one word of a POSIX shell, whatever it holds.
    package static func word(_ text: String) -> String {
        // Scalars, not characters: to Swift a quote and a combining mark after it are one character.
        var word = String.UnicodeScalarView()
        word.append("'")
        for scalar in text.unicodeScalars {
            if scalar == "'" {
                word.append(contentsOf: #"'\''"#.unicodeScalars)
            } else {
                word.append(scalar)
            }
        }
        word.append("'")
        return String(word)
    }

    /// A command line for people: only words that need it are quoted.
    package static func readable(_ words: [String]) -> String {
        words.map { text in
            let isPlain = text.utf8.allSatisfy {
                $0 >= 0x80 || Character(Unicode.Scalar($0)).isLetter
                    || Character(Unicode.Scalar($0)).isNumber || "%+,-./:=@_[]{}".utf8.contains($0)
            }
            return isPlain && !text.isEmpty ? text : word(text)
        }.joined(separator: " ")
    }

    /// A whole command line.
    package static func line(_ words: [String]) -> String {
        words.map(word).joined(separator: " ")
    }
}
