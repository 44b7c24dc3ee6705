/// Writes JSON documents, keys sorted, so that two runs can be compared line by line.
package enum JSONOutput {
    /// The document on several lines, to be read by people.
    package static func pretty(_ value: some JSONWritable) throws -> String {
        try text(value, isPretty: true)
    }

    /// The document on one line.
    package static func line(_ value: some JSONWritable) throws -> String {
        try text(value, isPretty: false)
    }

    /// Prints the document on several lines while it is written, so that a large one is never complete in memory.
    ///
    /// - Throws: What the console throws, or the document.
    package static func print(_ value: some JSONWritable, to console: Console) throws {
        var writer = JSONWriter(isPretty: true, sink: { try console.write($0) })
        try value.write(to: &writer)
        try writer.flush()
        try console.write([UInt8(ascii: "\n")])
    }

    /// A time as ISO 8601 in UTC, in whole seconds.
    package static func time(_ seconds: Int) -> JSONValue {
        .string(UTCTime.text(seconds))
    }

    private static func text(_ value: some JSONWritable, isPretty: Bool) throws -> String {
        var writer = JSONWriter(isPretty: isPretty)
        try value.write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
