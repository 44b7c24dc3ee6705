import FoundationEssentials
import SystemPackage

/// What a child process is to read as its standard input, as a file that has no name any more.
///
/// Not through a pipe: Subprocess ends this process when the child goes away before it has read everything.
enum InputFile {
    /// Writes the text beside a path and opens it for reading; the caller closes it.
    ///
    /// - Throws: What the system says.
    static func holding(_ text: String, beside path: String) throws -> FileDescriptor {
        let name = FilePath("\(path).\(UUID().uuidString).input")
        let writer = try FileDescriptor.open(
            name, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: .ownerReadWrite)
        defer { try? FileManager.default.removeItem(atPath: name.string) }
        try writer.closeAfter { _ = try writer.writeAll(text.utf8) }
        return try FileDescriptor.open(name, .readOnly, options: .closeOnExec)
    }
}
