import Terminal

/// A part of the history, for people and for programs.
protocol HistoryListing {
    /// The table for people.
    ///
    /// - Parameters:
    ///   - width: The terminal's columns; nil where the output is no terminal.
    ///   - now: The time, in seconds since 1970.
    /// - Returns: Its lines.
    func lines(width: Int?, now: Int) -> [String]

    /// The lists of the document `fleet.history/1`; those of other parts are null.
    var document: [String: JSONValue] { get }
    /// One JSON document per line of `--format jsonl`.
    var elements: [JSONValue] { get }
    /// The names of CSV's fields.
    var heading: [String] { get }
    /// The rows of CSV.
    var records: [[String]] { get }

    /// What is to be said beside the data.
    ///
    /// - Parameter file: The history's file.
    /// - Returns: Lines for standard error.
    func words(file: String) -> [String]
}

extension HistoryListing {
    /// The lists of a document: what is not given is null.
    static func lists(_ given: [String: [JSONValue]]) -> [String: JSONValue] {
        let none: [String: JSONValue] = [
            "runs": .null, "verdicts": .null, "actions": .null, "changes": .null,
        ]
        return none.merging(given.mapValues(JSONValue.array)) { $1 }
    }
}
