import FoundationEssentials
package import Terminal

/// The process's arguments as the kernel has them.
package enum CommandLineBytes {
    /// Refuses arguments that are not UTF-8: Swift would replace their bytes, and the nodes would run another
    /// command.
    ///
    /// - Throws: A ``UsageError``.
    package static func check() throws(UsageError) {
        guard let bytes = try? Data(contentsOf: URL(filePath: "/proc/self/cmdline")) else { return }
        guard String(validating: bytes, as: UTF8.self) == nil else { return }
        throw UsageError(
            "The arguments are not UTF-8, and would not arrive as they were given: put them into a script."
        )
    }
}
