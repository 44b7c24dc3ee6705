import Glibc
package import SystemPackage

/// A file of which only parts are read, because it may be very large.
package final class FileRange: Sendable {
    private let file: FileDescriptor
    /// How large it was when it was opened, in bytes.
    package let size: Int
    /// Whether it is a regular file, and not a folder, pipe or device.
    package let isRegular: Bool

    /// Takes over an open file, and closes it at the end of its own life.
    ///
    /// - Throws: An `Errno`.
    package init(_ file: FileDescriptor) throws {
        // From here on deinit closes the file, even if a later step fails.
        self.file = file
        let facts = try? file.stat()
        size = Int(facts?.size ?? 0)
        isRegular = facts?.type == .regular
        guard facts != nil else { throw Errno.badFileDescriptor }
    }

    /// Opens a file that belongs to this user, in a folder of this user; a link in its place is not followed.
    ///
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package convenience init(path: String) throws {
        let whole = FilePath(path)
        let folder = try OpenFolder(path: whole.removingLastComponent().string)
        guard folder.owner == geteuid() else {
            throw FolderProblem.stranger(folder.path, owner: folder.owner)
        }
        try self.init(folder.open(whole.lastComponent?.string ?? ""))
    }

    /// Reads a regular file at a path that the user named; links are followed, and a pipe is never waited for.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: How large it may be, in bytes.
    /// - Returns: Its contents.
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package static func contents(of path: String, limit: Int) throws -> [UInt8] {
        try contents(
            of: FileDescriptor.open(
                FilePath(path), .readOnly, options: [.nonBlocking, .closeOnExec]),
            path: path, limit: limit)
    }

    /// Reads an open file to its end, and closes it.
    static func contents(
        of file: FileDescriptor, path: String, limit: Int
    ) throws -> [UInt8] {
        let range = try FileRange(file)
        guard range.isRegular else { throw FolderProblem.notAFile(path) }
        guard range.size <= limit else {
            throw FolderProblem.tooLarge(path, size: range.size, most: limit)
        }
        return try range.bytes(from: 0, count: range.size)
    }

    deinit { try? file.close() }

    /// The bytes from an offset on, fewer where the file ends before.
    ///
    /// - Throws: An `Errno`.
    package func bytes(from offset: Int, count: Int) throws -> [UInt8] {
        guard offset >= 0 else { return [] }
        let wanted = min(count, size - offset)
        guard wanted > 0 else { return [] }
        let file = file
        // System can only read into raw memory. The buffer belongs to the new array, and only the bytes that were
        // read become part of it.
        return try unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, read in
            while read < wanted {
                let rest = unsafe UnsafeMutableRawBufferPointer(buffer)[read..<wanted]
                let more = try unsafe file.read(
                    fromAbsoluteOffset: Int64(offset + read),
                    into: UnsafeMutableRawBufferPointer(rebasing: rest))
                guard more > 0 else { break }
                read += more
            }
        }
    }
}
