import FoundationEssentials
import SystemPackage

/// A file that others read at any moment: they find the old one or the new one, never a part.
package enum AtomicFile {
    /// Writes the file beside its place and renames it into it; mode 0644, since its readers are other users.
    ///
    /// - Throws: An ``OutputFileError`` with the path and what the system said.
    package static func write(_ bytes: [UInt8], to path: String) throws(OutputFileError) {
        do {
            let whole = FilePath(path)
            guard let name = whole.lastComponent?.string else { throw Errno.isDirectory }
            let folder = whole.removingLastComponent()
            // Through the folder and the draft's descriptor: the folder may be another user's, and a link there goes, not
            // what it leads to. The draft begins with a dot: node_exporter takes every *.prom it finds.
            try OpenFolder(path: folder.isEmpty ? "." : folder.string, followsLink: true)
                .replace(name, with: bytes, mode: 0o644)
        } catch {
            throw OutputFileError(path: path, cause: FileProblem.words(error))
        }
    }
}

/// A file of results could not be written where `--output` says.
package struct OutputFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    let path: String
    /// Why, in words.
    let cause: String

    package var description: String { "cannot write \(path): \(cause)" }
}
