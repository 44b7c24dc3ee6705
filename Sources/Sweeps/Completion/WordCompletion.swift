/// Completes the last name in a word that may hold several names, separated by commas.
enum WordCompletion {
    /// The most names that are offered: with more, a shell would ask before it shows them.
    static let most = 1_000

    /// Whole words that begin with what stands there.
    ///
    /// - Parameters:
    ///   - names: The names to offer, in this order.
    ///   - prefix: The word so far, up to the cursor.
    ///   - most: The most that are offered; those that come first, and others as more letters are typed.
    /// - Returns: The words; none inside brackets, because there names are not written in full.
    static func candidates(
        _ names: [String], for prefix: String, most: Int = most
    ) -> [String] {
        let depth = prefix.reduce(0) { $0 + ($1 == "[" ? 1 : $1 == "]" ? -1 : 0) }
        guard depth == 0 else { return [] }
        let separators: Set<Character> = [",", "!", "&", "^"]
        let begin = prefix.lastIndex(where: separators.contains).map(prefix.index(after:))
        let head = begin.map { prefix[..<$0] } ?? ""
        let word = begin.map { prefix[$0...] } ?? prefix[...]
        var seen: Set<String> = []
        var words: [String] = []
        for name in names where name.hasPrefix(word) && seen.insert(name).inserted {
            words.append(head + name)
            if words.count == most { break }
        }
        return words
    }
}
