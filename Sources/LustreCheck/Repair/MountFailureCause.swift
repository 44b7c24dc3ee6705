/// Why a step of mount-lustre fails, recognised by the tool's message.
package struct MountFailureCause: Hashable, Sendable {
    /// A stable name, such as `secure-boot`.
    package var name: String
    /// Texts, one of which must be in the message; `#` stands for a number.
    package var texts: [String]
    /// Texts that rule this cause out if the message contains them.
    package var exceptions: [String]
    /// The steps it can happen in; empty for any.
    package var steps: [String]
    /// The cause in words; `PORT` stands for the port.
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

    /// The number that `#` stands for when the text is in the message; empty for a text without `#`, nil when the
    /// text is not there.
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
        // The newest kernel is the last one.
        let newest = message.split(separator: " ").compactMap(Self.release).last
        return Self.naming(remedy.replacing("KERNEL", with: newest ?? "VERSION"), message)
    }

    /// The kernel's release at the beginning of a word; nil for another word.
    ///
    /// It is printed as a part of commands, so of `6.8.0-1043-aws/x86_64` and `6.8.0-1043-aws:` the release alone counts,
    /// and `100)` is none.
    private static func release(_ word: Substring) -> Substring? {
        word.prefixMatch(of: /[0-9]+\.[A-Za-z0-9._+~\-]*[A-Za-z0-9]/)?.output
    }

    /// The cause of a message.
    package func cause(for message: String) -> String { Self.naming(cause, message) }

    private static func naming(_ words: String, _ message: String) -> String {
        words.replacing("PORT", with: number(at: " port # ", in: message) ?? "988")
    }
}
