import Synchronization

/// What the terminal shows now.
final class Painted: Sendable {
    private let lines = Mutex<[String]?>(nil)

    /// Notes a new picture.
    ///
    /// - Returns: Whether it differs.
    func replace(with new: [String]) -> Bool {
        lines.withLock { old in
            defer { old = new }
            return old != new
        }
    }

    /// Nothing is known of what it shows.
    func forget() { lines.withLock { $0 = nil } }
}
