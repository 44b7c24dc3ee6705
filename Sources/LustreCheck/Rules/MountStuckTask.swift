/// A task that has been waiting in a file system's code for at least 5 s.
struct MountStuckTask: Hashable, Sendable {
    /// Whose code: `lustre` or `nfs`.
    var system: String
    /// The process.
    var pid: Int
    /// Its state: D or I.
    var state: String
    /// Its name.
    var name: String
    /// The function it waits in.
    var frame: String

    /// Reads a line's value; nil for anything else.
    init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 5, let pid = Int(words[1]) else { return nil }
        (system, self.pid, state, name, frame) = (words[0], pid, words[2], words[3], words[4])
    }

    /// The task in words: `python 4711 in cl_sync_io_wait, state D`.
    var words: String { "\(name) \(pid) in \(frame), state \(state)" }
}
