internal import CTerminal
import Dispatch
import Glibc
import SystemPackage
import Terminal

/// The terminal of a watch: taken, painted, and given back whatever happens.
///
/// Own escape sequences and a little C: ncurses would need its library on every head node, and reads a terminal's
/// description where ECMA-48 is enough.
final class TerminalScreen: Sendable {
    private let events: WatchInbox
    /// Where keys come from: not standard input, which may be a hostlist.
    private let keys: FileDescriptor?
    private let painted = Painted()

    /// Makes the screen; the terminal is as before.
    init(console: Console, events: WatchInbox) {
        self.events = events
        keys = try? FileDescriptor.open(FilePath("/dev/tty"), .readWrite)
    }

    /// Takes the terminal and begins to read keys.
    ///
    /// - Returns: Whether it could be taken; where it could not, nothing has changed.
    func take() -> Bool {
        guard let keys, cterminal_take(keys.rawValue, STDOUT_FILENO) == 0 else { return false }
        let events = events
        // Reading blocks until a key is pressed: on a thread of its own, which ends with the process.
        DispatchQueue(label: "keys").async {
            while let bytes = Self.bytes(from: keys) {
                events.put(.keys(WatchKey.read(bytes)))
            }
        }
        return true
    }

    /// What one read gives; nil at the end.
    private static func bytes(from keys: FileDescriptor) -> [UInt8]? {
        let packed = cterminal_read(keys.rawValue)
        let count = packed & 0xff
        return count == 0 ? nil : (1...count).map { UInt8(truncatingIfNeeded: packed >> (8 * $0)) }
    }

    /// The terminal's columns and rows; 80 and 24 where it does not say.
    var size: (columns: Int, rows: Int) {
        let columns = Int(cterminal_columns(STDOUT_FILENO))
        let rows = Int(cterminal_rows(STDOUT_FILENO))
        return (columns > 0 ? columns : 80, rows > 0 ? rows : 24)
    }

    /// Paints lines from the top, in one write, and only where something differs from the picture before.
    func paint(_ lines: [String]) {
        cterminal_drop_errors()
        guard painted.replace(with: lines) else { return }
        let body = lines.map { $0 + "\u{1b}[K" }.joined(separator: "\r\n")
        _ = try? FileDescriptor.standardOutput.writeAll(("\u{1b}[H" + body + "\u{1b}[J").utf8)
    }

    /// The next picture is painted even where it is the same.
    func forget() { painted.forget() }

    /// Stops the process as Ctrl-Z does, with the terminal given back.
    func suspend() {
        cterminal_give_back()
        kill(0, SIGTSTP)
    }

    /// Takes the terminal again after the process was stopped.
    func takeAgain() {
        guard let keys else { return }
        // Somebody else's stop left it taken.
        cterminal_give_back()
        _ = cterminal_take(keys.rawValue, STDOUT_FILENO)
        forget()
    }

    /// Gives the terminal back and ends the process.
    ///
    /// At once, without exit(): a call of libslurm may be under way, cannot be cancelled, and must not be waited for.
    /// A terminal that takes nothing any more is not waited for either.
    func leave(with code: Int32) -> Never {
        DispatchQueue(label: "leave").asyncAfter(deadline: .now() + 1) { _exit(code) }
        cterminal_give_back()
        _exit(code)
    }
}
