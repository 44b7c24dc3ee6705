/// Why a node is down or drained, with who said so and when.
package struct NodeReason: Codable, Hashable, Sendable {
    /// The text as it was set; may hold anything, control characters too.
    package var text: String
    /// The user who set it: a name, or the number where the number has no name.
    package var user: String?
    /// When it was set, in seconds since 1970.
    package var time: Int?

    /// Makes a reason.
    package init(text: String, user: String? = nil, time: Int? = nil) {
        self.text = text
        self.user = user
        self.time = time
    }
}
