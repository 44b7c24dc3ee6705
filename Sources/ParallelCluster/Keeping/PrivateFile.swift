import FoundationEssentials
import Glibc
internal import Platform
import SystemPackage

/// Files that only their owner can read: written in full under another name, and then renamed.
///
/// As root only where no other user owns, or can write to, anything on the way: with `sudo -E` and `su -m` HOME is
/// somebody else's.
package enum PrivateFile {
    /// Reads a text.
    ///
    /// - Returns: nil where there is no such file.
    /// - Throws: A ``ClusterError`` when it cannot be read, is a folder, is too large, or root must not trust it.
    package static func read(_ path: String) throws(ClusterError) -> String? {
        try read(path, user: geteuid())
    }

    static func read(_ path: String, user: UInt32) throws(ClusterError) -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            if user == 0, !isHandedOver(path) {
                let bytes = try TrustedPath.read(
                    absolute(path), user: user, limit: Int(mostBytes))
                return bytes.map { String(decoding: $0, as: UTF8.self) }
            }
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64 ?? 0
            guard size <= mostBytes else { throw tooLarge(path) }
            return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        } catch let error as ClusterError {
            throw error
        } catch FolderProblem.tooLarge {
            throw tooLarge(path)
        } catch {
            throw refusal(path, error)
                ?? ClusterError(.usage, path, "cannot be read: \(FileProblem.words(error))")
        }
    }

    /// Configurations and variable files are small; a larger file was named by mistake.
    private static let mostBytes: UInt64 = 8 << 20

    private static func tooLarge(_ path: String) -> ClusterError {
        ClusterError(.usage, path, "is too large to be one")
    }

    /// Whether a shell has opened it for this process, as in `<(...)`, or it is always empty: nobody put it there.
    private static func isHandedOver(_ path: String) -> Bool {
        ["/dev/stdin", "/dev/null"].contains(path)
            || path.hasPrefix("/dev/fd/") && path.dropFirst(8).allSatisfy(\.isNumber)
    }

    /// Writes a text: readers find the old text or the new one, never a part.
    ///
    /// An existing file keeps its mode, and a link stays while its target is written; a new file has mode 0600.
    ///
    /// - Throws: A ``ClusterError``.
    package static func write(_ text: String, to path: String) throws(ClusterError) {
        try write(text, to: path, user: geteuid())
    }

    static func write(_ text: String, to path: String, user: UInt32) throws(ClusterError) {
        do {
            if user == 0 {
                try TrustedPath.write(Array(text.utf8), to: absolute(path))
            } else {
                try overwrite(resolved(path), with: text)
            }
        } catch {
            throw unwritten(path, error)
        }
    }

    private static func overwrite(_ target: String, with text: String) throws {
        let manager = FileManager.default
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
    }

    /// Keeps a copy under a name of fleet's own, with mode 0600: what has that name is replaced, and a link there is
    /// not followed, because only somebody else could have made it.
    ///
    /// - Throws: A ``ClusterError``.
    static func keep(
        _ text: String, as path: String, user: UInt32 = geteuid()
    ) throws(ClusterError) {
        do {
            let whole = FilePath(absolute(path))
            guard let name = whole.lastComponent?.string else { throw Errno.isDirectory }
            let place = whole.removingLastComponent().string
            let folder =
                try user == 0
                ? TrustedPath.folder(place) : OpenFolder(path: place, followsLink: true)
            try folder.replace(name, with: Array(text.utf8))
        } catch {
            throw unwritten(path, error)
        }
    }

    /// Makes a folder and those above it, for their owner alone.
    ///
    /// - Throws: A ``ClusterError``.
    package static func makeFolder(_ path: String) throws(ClusterError) {
        do {
            if geteuid() == 0 {
                try TrustedPath.makeFolder(absolute(path))
            } else {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
            }
        } catch {
            throw refusal(path, error)
                ?? ClusterError(.usage, path, "cannot be made: \(FileProblem.words(error))")
        }
    }

    // MARK: - Words

    private static func unwritten(_ path: String, _ error: any Error) -> ClusterError {
        refusal(path, error)
            ?? ClusterError(
                .usage, path, "cannot be written: \(FileProblem.words(error))",
                next: "another place, or room on that file system")
    }

    /// What root is told of a place that it must not trust; nil for every other error.
    private static func refusal(_ path: String, _ error: any Error) -> ClusterError? {
        guard let problem = error as? FolderProblem, case .distrusted(let words) = problem else {
            return nil
        }
        return ClusterError(
            .usage, path, "root does not use it: \(words)",
            next: "give it to root alone, or call fleet with root's own HOME (sudo -H)")
    }

    // MARK: - Paths

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
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
