/// One word of `--feature`: features that must hold together, as in `h100&efa&!old`.
package struct FeatureClause: Hashable, Sendable {
    /// The features a node must have.
    package var with: [String]
    /// The features it must not have.
    package var without: [String]

    /// Makes a clause.
    package init(with: [String] = [], without: [String] = []) {
        self.with = with
        self.without = without
    }

    /// Reads a word, parts of which a leading `!` negates.
    ///
    /// - Throws: ``SelectionError/malformed(flag:word:hint:)`` for a word with an empty or an odd part.
    package init(_ word: String) throws(SelectionError) {
        self.init()
        for part in word.split(separator: "&", omittingEmptySubsequences: false) {
            let isNegated = part.hasPrefix("!")
            let name = String(isNegated ? part.dropFirst() : part)
            guard !name.isEmpty, !name.contains(where: { "!&|[]()*".contains($0) }) else {
                throw .malformed(flag: "--feature", word: word, hint: "as in h100&efa,a100,!old")
            }
            if isNegated { without.append(name) } else { with.append(name) }
        }
    }

    /// Whether a node with these features fits.
    func holds(for features: [String]) -> Bool {
        with.allSatisfy(features.contains) && !without.contains(where: features.contains)
    }
}

extension WordFilter where Word == FeatureClause {
    /// Reads the words of `--feature`.
    ///
    /// A word with only negated features, such as `!old`, is no alternative to the other words: every node must
    /// fulfil it too.
    ///
    /// - Throws: ``SelectionError/malformed(flag:word:hint:)``.
    package init(features words: some Sequence<String>) throws(SelectionError) {
        self.init()
        for word in words {
            let clause = try FeatureClause(word)
            if clause.with.isEmpty {
                none += clause.without.map { FeatureClause(with: [$0]) }
            } else {
                any.append(clause)
            }
        }
    }
}
