/// Quoting for POSIX shells.
package enum ShellQuote {
    /// The text as one word of a POSIX shell, for any text.
    package static func word(_ text: String) -> String {
        // Scalars and not characters: in Swift a quote and a combining mark after it form one character.
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

    /// A text from a node as one word of a command that a user may paste: quoted unless every character is harmless
    /// in every shell.
    package static func pasted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            let letter = Character(Unicode.Scalar(byte))
            return byte < 0x80
                && (letter.isLetter || letter.isNumber || "._/:-".utf8.contains(byte))
        }
        return isPlain && !text.isEmpty && !text.hasPrefix("-") ? text : word(text)
    }

    /// A command line for people, as it can be pasted into bash and zsh: only words that need it are quoted.
    ///
    /// zsh refuses a hostlist in brackets that names no file, and takes a word that begins with `=` for a program.
    package static func readable(_ words: [String]) -> String {
        words.map { text in
            let isPlain = text.utf8.allSatisfy {
                $0 >= 0x80 || Character(Unicode.Scalar($0)).isLetter
                    || Character(Unicode.Scalar($0)).isNumber || "%+,-./:=@_".utf8.contains($0)
            }
            return isPlain && !text.isEmpty && !text.hasPrefix("=") ? text : word(text)
        }.joined(separator: " ")
    }

    /// A whole command line.
    package static func line(_ words: [String]) -> String {
        words.map(word).joined(separator: " ")
    }
}
