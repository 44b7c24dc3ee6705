package import Terminal

extension StatusChange {
    /// The document `fleet.change/1`.
    ///
    /// - Parameter time: When it was seen, in seconds since 1970.
    /// - Returns: The document.
    package func json(at time: Int) -> JSONValue {
        .object([
            "schema": .string("fleet.change/1"), "time": JSONOutput.time(time),
            "subject": .string(subject.rawValue), "name": .string(name), "field": .string(field),
            "from": JSONValue(from), "to": JSONValue(to), "note": JSONValue(note),
        ])
    }
}
