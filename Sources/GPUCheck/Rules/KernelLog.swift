/// The lines of NVIDIA's driver in the kernel log, since the node booted.
package struct KernelLog: Hashable, Sendable {
    /// The command that read the lines: `dmesg`, `journalctl` or `sudo dmesg`.
    package var source: String
    /// The lines, oldest first.
    package var lines: [String]
    /// How many unimportant lines of the driver the collector left out.
    package var leftOut: Int
    /// How many important events the collector left out because there were too many.
    package var lost: Int

    /// Makes a log.
    package init(source: String, lines: [String], leftOut: Int = 0, lost: Int = 0) {
        self.source = source
        self.lines = lines
        self.leftOut = leftOut
        self.lost = lost
    }
}
