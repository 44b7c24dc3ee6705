import FoundationEssentials

/// Writes JSON documents, keys sorted, so that two runs can be compared line by line.
package enum JSONOutput {
    /// The document over several lines, for people who look into it.
    package static func pretty(_ value: JSONValue) throws -> String {
        try text(value, [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted])
    }

    /// The document in one line.
    package static func line(_ value: JSONValue) throws -> String {
        try text(value, [.sortedKeys, .withoutEscapingSlashes])
    }

    /// A moment as ISO 8601 in UTC, whole seconds.
    package static func time(_ seconds: Int) -> JSONValue {
        .string(timeText(seconds))
    }

    /// A moment as ISO 8601 in UTC, whole seconds.
    package static func timeText(_ seconds: Int) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    private static func text(
        _ value: JSONValue, _ formatting: JSONEncoder.OutputFormatting
    ) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
