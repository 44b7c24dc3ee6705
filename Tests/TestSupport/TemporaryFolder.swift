import Foundation

/// A folder of files that goes away with its test.
package final class TemporaryFolder: Sendable {
    /// Its path.
    package let path: String

    /// Makes a folder with these files, each as name and contents.
    package init(_ files: [String: String] = [:]) throws {
        path = NSTemporaryDirectory() + "fleet-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        for (name, contents) in files { try write(contents, to: name) }
    }

    /// Writes a file, its folder too.
    package func write(_ contents: String, to name: String) throws {
        let file = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(contents.utf8).write(to: file)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
