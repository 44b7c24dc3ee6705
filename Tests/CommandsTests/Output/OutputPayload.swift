import Testing

/// What a command wrote, with a name: a test runner would print 10 MB of arguments.
struct OutputPayload: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]

    init(_ name: String, _ bytes: [UInt8]) {
        testDescription = name
        self.bytes = bytes
    }
}
