import FoundationEssentials
import SystemPackage

/// A file that others may read at any moment: they read the old file or the new one, never a part.
package enum AtomicFile {
    /// Writes the file under another name and renames it; mode 0644, because its readers are other users.
    ///
    /// - Throws: An ``OutputFileError`` with the path and what the system said.
    package static func write(_ bytes: [UInt8], to path: String) throws(OutputFileError) {
        do {
            let whole = FilePath(path)
            guard let name = whole.lastComponent?.string else { throw Errno.isDirectory }
            let folder = whole.removingLastComponent()
            // It goes through the open folder and the draft's descriptor, because the folder may belong to another
            // user; a link in the file's place is replaced and not followed. The draft's name begins with a dot,
            // because node_exporter reads every *.prom file.
            try OpenFolder(path: folder.isEmpty ? "." : folder.string, followsLink: true)
                .replace(name, with: bytes, mode: 0o644)
        } catch {
            throw OutputFileError(path: path, cause: FileProblem.words(error))
        }
    }
}

/// The results could not be written to the file that `--output` names.
package struct OutputFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    let path: String
    /// Why, in words.
    let cause: String

    package var description: String { "cannot write \(path): \(cause)" }
}
