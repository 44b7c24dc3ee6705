import FoundationEssentials
package import Glibc
package import Platform
import SystemPackage

/// The folder in which runs are kept, when fleet runs as root: whoever can rename or replace a file in this folder
/// decides what root's jobs execute.
package enum RunBase {
    private static let harm = "replace what root's jobs run"

    /// Why root must not keep runs in a folder; nil when there is no objection, and always nil for other users.
    ///
    /// - Parameters:
    ///   - path: The folder, which need not exist yet; or a file.
    ///   - user: Who keeps runs in it.
    ///   - harm: What another user could do there.
    /// - Returns: A clause.
    package static func distrust(
        _ path: String, user: uid_t, harm: String = Self.harm
    ) -> String? {
        guard user == 0 else { return nil }
        do {
            if case .file(let file, _) = try TrustedPath.end(of: path, harm: harm) {
                try file.close()
            }
            return nil
        } catch FolderProblem.distrusted(let words) {
            return words
        } catch {
            // A folder that cannot be reached is reported by the code that uses it.
            return nil
        }
    }

    /// Opens the folder; nil where it is not there.
    ///
    /// - Throws: A ``FolderProblem`` where root must not trust it, an `Errno`.
    package static func open(_ path: String) throws -> OpenFolder? {
        guard geteuid() == 0 else {
            do {
                return try OpenFolder(path: path, followsLink: true)
            } catch Errno.noSuchFileOrDirectory {
                return nil
            }
        }
        switch try TrustedPath.end(of: path, harm: harm) {
        case .folder(let folder): return folder
        case .missing: return nil
        case .file(let file, _):
            try file.close()
            throw Errno.notDirectory
        }
    }

    /// Opens the folder, and makes it and those above it where they are not there.
    ///
    /// - Throws: A ``FolderProblem`` where root must not trust it, an `Errno`, an error of Foundation.
    package static func make(_ path: String) throws -> OpenFolder {
        guard geteuid() == 0 else {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
            return try OpenFolder(path: path, followsLink: true)
        }
        // Each level is reached from the root again: what no path can name is not begun.
        guard path.utf8.count < Int(PATH_MAX) else { throw Errno.fileNameTooLong }
        for _ in 0..<mostFolders {
            if let folder = try madeOrStep(path) { return folder }
        }
        throw Errno.fileExists
    }

    /// The opened folder; or nil after making the first missing folder on the path.
    ///
    /// Folders are made one at a time, because each one is checked, through its descriptor, before anything is made
    /// in it.
    private static func madeOrStep(_ path: String) throws -> OpenFolder? {
        switch try TrustedPath.end(of: path, harm: harm) {
        case .folder(let folder): return folder
        case .file(let file, _):
            try file.close()
            throw Errno.notDirectory
        case .missing(let folder, let name):
            try makeFolder(name, in: folder)
            return nil
        }
    }

    private static func makeFolder(_ name: String, in folder: OpenFolder) throws {
        do {
            try FolderCalls.makeFolder(name, in: folder.descriptor, mode: 0o755)
        } catch Errno.fileExists {
            // Another process made the folder first: the next pass checks it.
        }
    }

    /// How many folders a path can name.
    private static let mostFolders = Int(PATH_MAX)
}
