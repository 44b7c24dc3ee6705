/// The commands in what fleet prints, as somebody would paste them.
package enum PrintedCommands {
    /// The commands in a text for people: in quotes, or to its end or the next `;`, `,`, `(` or full stop.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - names: The names of fleet's commands.
    /// - Returns: The commands, each from `fleet` on.
    package static func find(in text: String, names: Set<String>) -> [String] {
        var found: [String] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "fleet ") {
            let before =
                start.lowerBound > text.startIndex
                ? text[text.index(before: start.lowerBound)] : " "
            let tail = rest[start.lowerBound...]
            rest = rest[start.upperBound...]
            let name = rest.prefix { $0.isLetter || $0 == "-" }
            guard names.contains(String(name)) else { continue }
            if before == "'" {
                found.append(String(tail.prefix { $0 != "'" }))
                continue
            }
            var end =
                tail.firstMatch(of: #/;|, | \(|\. |\.$| prints| then|\? /#)?.range.lowerBound
                ?? tail.endIndex
            if let quote = tail.firstIndex(of: "'"), quote < end { end = tail.endIndex }
            let command = String(tail[..<end])
            // A sentence about fleet is no command: its words are neither flags nor values.
            let words = command.split(separator: " ").dropFirst(2)
            if words.first.map({ $0.hasPrefix("-") || $0.first == "'" }) ?? true {
                found.append(command)
            }
        }
        return found
    }
}
