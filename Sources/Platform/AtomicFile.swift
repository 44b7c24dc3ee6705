import FoundationEssentials

/// A file that others read at any moment: they find the old one or the new one, never a part.
package enum AtomicFile {
    /// Writes the file beside its place and renames it into it; mode 0644, since its readers are other users.
    ///
    /// - Throws: An ``OutputFileError`` with the path and what the system said.
    package static func write(_ bytes: [UInt8], to path: String) throws(OutputFileError) {
        do {
            // Foundation's draft begins with a dot: node_exporter takes every *.prom it finds.
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        } catch {
            throw OutputFileError(path: path, cause: FileProblem.words(error))
        }
    }
}
