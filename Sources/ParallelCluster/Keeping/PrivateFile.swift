import FoundationEssentials
internal import Platform

/// Files that only their owner can read: written in full under another name, and then renamed.
package enum PrivateFile {
    /// Reads a text.
    ///
    /// - Returns: nil where there is no such file.
    /// - Throws: A ``ClusterError`` when it cannot be read, is a folder, or is too large.
    package static func read(_ path: String) throws(ClusterError) -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64 ?? 0
            guard size <= mostBytes else {
                throw ClusterError(.usage, path, "is too large to be one")
            }
            return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        } catch let error as ClusterError {
            throw error
        } catch {
            throw ClusterError(.usage, path, "cannot be read: \(FileProblem.words(error))")
        }
    }

    /// Configurations and variable files are small; a larger file was named by mistake.
    private static let mostBytes: UInt64 = 8 << 20

    /// Writes a text: readers find the old text or the new one, never a part.
    ///
    /// An existing file keeps its mode, and a link stays while its target is written; a new file has mode 0600.
    ///
    /// - Throws: A ``ClusterError``.
    package static func write(_ text: String, to path: String) throws(ClusterError) {
        let target = resolved(path)
        let manager = FileManager.default
        do {
            if !manager.fileExists(atPath: target) {
                // An atomic write keeps the mode of an existing file.
                guard
                    manager.createFile(
                        atPath: target, contents: nil, attributes: [.posixPermissions: 0o600])
                else { throw CocoaError(.fileWriteNoPermission) }
            }
            let mode = try manager.attributesOfItem(atPath: target)[.posixPermissions]
            try Data(text.utf8).write(to: URL(filePath: target), options: .atomic)
            if let mode {
                try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: target)
            }
        } catch {
            throw ClusterError(
                .usage, path, "cannot be written: \(FileProblem.words(error))",
                next: "another place, or room on that file system")
        }
    }

    /// Makes a folder and those above it, for their owner alone.
    ///
    /// - Throws: A ``ClusterError``.
    package static func makeFolder(_ path: String) throws(ClusterError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw ClusterError(.usage, path, "cannot be made: \(FileProblem.words(error))")
        }
    }

    private static func resolved(_ path: String) -> String {
        var path = path
        // A chain with more links than this is taken for a cycle.
        for _ in 0..<16 {
            guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else {
                break
            }
            let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
            path = next.hasPrefix("/") ? next : folder + next
        }
        return path
    }
}
