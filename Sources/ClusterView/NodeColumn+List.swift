package import Terminal

extension NodeColumn {
    /// Reads the list of `--columns`.
    ///
    /// - Throws: A ``UsageError`` for a name that is no column, with those that are near it.
    package static func list(_ text: String) throws(UsageError) -> [NodeColumn] {
        var columns: [NodeColumn] = []
        for word in words(of: text) { columns.append(try column(word, flag: "--columns")) }
        guard !columns.isEmpty else { throw UsageError("--columns '\(text)' names no column.") }
        return columns
    }

    /// The column of a name, in any case.
    ///
    /// - Throws: A ``UsageError``, as ``list(_:)``.
    static func column(_ word: String, flag: String) throws(UsageError) -> NodeColumn {
        let name = word.lowercased()
        if let column = NodeColumn(rawValue: name) { return column }
        let near = near(name)
        let hint =
            near.isEmpty
            ? "columns are: " + allCases.map(\.rawValue).joined(separator: ", ")
            : "did you mean " + near.map { "'\($0)'" }.joined(separator: " or ")
                + "? 'fleet status --help' lists the columns"
        throw UsageError("\(flag): '\(word)' is no column; \(hint).")
    }

    /// The names, for a help text.
    package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    static func words(of text: String) -> [String] {
        text.split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    /// The columns whose name is nearly this one: it begins so, has it inside, or differs by two letters at most.
    private static func near(_ word: String) -> [String] {
        let names = allCases.map(\.rawValue)
        let alike = names.filter { $0.hasPrefix(word) || (word.count > 2 && $0.contains(word)) }
        if !alike.isEmpty { return Array(alike.prefix(4)) }
        let distances = names.map { (name: $0, distance: EditDistance.between($0, word)) }
        let least = distances.map(\.distance).min() ?? 0
        // Any two letters differ by two from any two others.
        guard least <= 2, least < word.count else { return [] }
        return distances.filter { $0.distance == least }.prefix(4).map(\.name)
    }
}
