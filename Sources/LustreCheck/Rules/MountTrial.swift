/// The result of the canary's trial file on one object target.
struct MountTrial: Hashable, Sendable {
    /// The result.
    enum State: Hashable, Sendable {
        /// Written to the disks, read back unchanged, and removed; with the milliseconds of writing and reading.
        case ok(write: Int, read: Int)
        /// The step that failed, with the tool's words.
        case failed(step: String, message: String)
        /// This node is not in the sample.
        case skipped
    }

    /// The object target's number; nil when the file system has no targets to choose from.
    var ost: Int?
    /// The result.
    var state: State

    /// Reads a line's value; nil for anything else.
    init?(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count >= 2 else { return nil }
        ost = Int(words[0])
        let rest = words.count > 2 ? words[2] : ""
        switch words[1] {
        case "ok":
            let numbers = rest.split(separator: " ").map { Int($0) }
            guard numbers.count == 2, let write = numbers[0], let read = numbers[1] else {
                return nil
            }
            state = .ok(write: write, read: read)
        case "create", "write", "read", "remove":
            // Lustre's tools put the error number after the message: `Read-only file system (30)`.
            let message = rest.replacing(/\s*\(-?[0-9]+\)\s*$/, with: "")
            state = .failed(step: words[1], message: message.isEmpty ? rest : message)
        case _ where words[0] == "skipped": state = .skipped
        default: return nil
        }
    }
}
