/// Why a step of mount-lustre fails, known by what the tool says.
package struct MountFailureCause: Hashable, Sendable {
    /// A stable name, such as `secure-boot`.
    package var name: String
    /// Texts of which one is in the message.
    package var texts: [String]
    /// The steps it can happen in; empty for any.
    package var steps: [String]
    /// The cause, in words.
    package var cause: String
    /// What to do; `KERNEL` stands for the newest kernel that the message names.
    package var remedy: String
    /// A message as the tools write it, for the documentation and the tests.
    package var example: String

    /// Makes a cause.
    init(
        _ name: String, _ texts: [String], in steps: [String] = [], _ cause: String,
        remedy: String, example: String
    ) {
        self.name = name
        self.texts = texts
        self.steps = steps
        self.cause = cause
        self.remedy = remedy
        self.example = example
    }

    /// Whether this is why the step failed with that message.
    package func explains(_ message: String, of step: String) -> Bool {
        (steps.isEmpty || steps.contains(step)) && texts.contains { message.contains($0) }
    }

    /// The remedy for a message.
    package func remedy(for message: String) -> String {
        guard remedy.contains("KERNEL") else { return remedy }
        // The newest stands last.
        let newest = message.split(separator: " ").last { $0.first?.isNumber == true }
        return remedy.replacing("KERNEL", with: newest ?? "VERSION")
    }
}
