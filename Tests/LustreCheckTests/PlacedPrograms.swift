import Foundation
import TestSupport
import Testing

extension TemporaryFolder {
    /// Puts these texts into a folder as programs, by name.
    ///
    /// Copied by a process of its own: what this one writes, a child of a test beside it may still hold open, and then it
    /// cannot be executed.
    func place(programs: [String: String], in bin: String) throws {
        guard !programs.isEmpty else { return }
        for (name, text) in programs { try write(text, to: "text/\(name)") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/install")
        process.arguments =
            ["-m", "755"] + programs.keys.map { "\(path)/text/\($0)" } + [bin]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
