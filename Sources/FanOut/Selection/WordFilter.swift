/// A list of words as `--state` and similar flags take it: any of some words, and none of others.
package struct WordFilter<Word: Hashable & Sendable>: Hashable, Sendable {
    /// At least one of these must hold; empty for no such condition.
    package var any: [Word]
    /// None of these may hold.
    package var none: [Word]

    /// Makes a filter; the default lets everything through.
    package init(any: [Word] = [], none: [Word] = []) {
        self.any = any
        self.none = none
    }

    /// Whether every item passes the filter.
    package var isEmpty: Bool {
        any.isEmpty && none.isEmpty
    }

    /// Whether an item passes, given which words hold for it.
    func admits(_ holds: (Word) -> Bool) -> Bool {
        (any.isEmpty || any.contains(where: holds)) && !none.contains(where: holds)
    }
}

extension WordFilter {
    /// Reads words; a word with a leading `!` must not hold.
    ///
    /// - Throws: What `read` throws.
    package init(
        _ words: some Sequence<String>, read: (String) throws(SelectionError) -> Word
    ) throws(SelectionError) {
        self.init()
        for word in words {
            if word.hasPrefix("!") {
                none.append(try read(String(word.dropFirst())))
            } else {
                any.append(try read(word))
            }
        }
    }
}
