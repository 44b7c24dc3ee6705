/// The state of a folder that is expected below a mount point.
struct MountFolder: Hashable, Sendable {
    /// What it is.
    enum State: Hashable, Sendable {
        /// It is a folder; its entries, counted up to 64, and the milliseconds that this took.
        case ok(entries: Int, milliseconds: Int)
        case missing
        /// There, and no folder.
        case noFolder
        /// Its entries cannot be read, for this reason.
        case unreadable(String)
    }

    /// Its name, relative to the mount point.
    var name: String
    /// What it is.
    var state: State

    /// Reads a line's value; nil for anything else.
    init?(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count >= 2 else { return nil }
        name = words[0]
        switch words[1] {
        case "missing": state = .missing
        case "file": state = .noFolder
        case "unreadable": state = .unreadable(words.count > 2 ? words[2] : "")
        case "ok":
            let numbers = (words.count > 2 ? words[2] : "").split(separator: " ").map { Int($0) }
            guard numbers.count == 2, let entries = numbers[0], let milliseconds = numbers[1] else {
                return nil
            }
            state = .ok(entries: entries, milliseconds: milliseconds)
        default: return nil
        }
    }
}
