/// The kernel log's lines about NVIDIA's driver, since the node booted.
package struct KernelLog: Hashable, Sendable {
    /// What the lines were read with: `dmesg`, `journalctl` or `sudo dmesg`.
    package var source: String
    /// The lines, oldest first.
    package var lines: [String]

    /// Makes a log.
    package init(source: String, lines: [String]) {
        self.source = source
        self.lines = lines
    }
}
