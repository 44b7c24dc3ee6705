/// How a process ended.
package enum ExitStatus: Codable, Hashable, Sendable {
    /// It ended by itself, with this code.
    case exited(Int)
    /// A signal of this number ended it.
    case signalled(Int)

    /// Reads a status of wait(2).
    package init(waitStatus: UInt32) {
        let signal = Int(waitStatus & 0x7f)
        self = signal == 0 ? .exited(Int((waitStatus >> 8) & 0xff)) : .signalled(signal)
    }

    /// Reads a shell's `$?`, where 129 to 192 stand for signals 1 to 64.
    ///
    /// A program that exits with such a code by itself is read in the same way, because a shell cannot tell the
    /// difference.
    package init(shellStatus: Int) {
        self =
            (129...192).contains(shellStatus) ? .signalled(shellStatus - 128) : .exited(shellStatus)
    }
}
