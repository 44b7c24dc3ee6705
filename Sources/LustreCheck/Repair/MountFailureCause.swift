/// Why a step of mount-lustre fails, known by what the tool says.
package struct MountFailureCause: Hashable, Sendable {
    /// A stable name, such as `secure-boot`.
    package var name: String
    /// Texts of which one is in the message; `#` stands for a number.
    package var texts: [String]
    /// Texts that speak against it, whatever else the message says.
    package var exceptions: [String]
    /// The steps it can happen in; empty for any.
    package var steps: [String]
    /// The cause, in words.
    package var cause: String
    /// What to do; `KERNEL` stands for the newest kernel that the message names, and `PORT` for the port, 988 by default.
    package var remedy: String
    /// A message as the tools write it, for the documentation and the tests.
    package var example: String

    /// Makes a cause.
    init(
        _ name: String, _ texts: [String], unless exceptions: [String] = [],
        in steps: [String] = [], _ cause: String, remedy: String, example: String
    ) {
        self.name = name
        self.texts = texts
        self.exceptions = exceptions
        self.steps = steps
        self.cause = cause
        self.remedy = remedy
        self.example = example
    }

    /// Whether this is why the step failed with that message.
    package func explains(_ message: String, of step: String) -> Bool {
        (steps.isEmpty || steps.contains(step))
            && texts.contains { Self.number(at: $0, in: message) != nil }
            && !exceptions.contains { Self.number(at: $0, in: message) != nil }
    }

    /// Whether a text is in a message: the number that its `#` stands for, empty where it has none; nil where it is not.
    private static func number(at text: String, in message: String) -> Substring? {
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return message.contains(text) ? "" : nil }
        var rest = message[...]
        while let range = rest.firstRange(of: parts[0]) {
            let digits = rest[range.upperBound...].prefix { $0.isASCII && $0.isNumber }
            if !digits.isEmpty, rest[digits.endIndex...].hasPrefix(parts[1]) { return digits }
            rest = rest[range.upperBound...]
        }
        return nil
    }

    /// The remedy for a message.
    package func remedy(for message: String) -> String {
        // The newest kernel stands last.
        let newest = message.split(separator: " ").last { $0.first?.isNumber == true }
        return remedy.replacing("KERNEL", with: newest ?? "VERSION")
            .replacing("PORT", with: Self.number(at: " port # ", in: message) ?? "988")
    }
}
