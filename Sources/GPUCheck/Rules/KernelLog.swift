/// The kernel log's lines about NVIDIA's driver, since the node booted.
package struct KernelLog: Hashable, Sendable {
    /// What the lines were read with: `dmesg`, `journalctl` or `sudo dmesg`.
    package var source: String
    /// The lines, oldest first.
    package var lines: [String]
    /// The driver's other lines, which decide nothing and stayed on the node.
    package var leftOut: Int
    /// Events that decide and stayed on the node, as they were too many.
    package var lost: Int

    /// Makes a log.
    package init(source: String, lines: [String], leftOut: Int = 0, lost: Int = 0) {
        self.source = source
        self.lines = lines
        self.leftOut = leftOut
        self.lost = lost
    }
}
