import SystemPackage

/// A file of which only parts are read: it may be as large as the storage.
package struct FileRange: ~Copyable {
    private let file: FileDescriptor
    /// How large it was when it was opened, in bytes.
    package let size: Int

    /// Opens a file; a link in its place is not followed.
    ///
    /// - Throws: An `Errno`.
    package init(path: String) throws {
        let file = try FileDescriptor.open(
            FilePath(path), .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
        do {
            size = Int(try file.stat().size)
        } catch {
            try? file.close()
            throw error
        }
        self.file = file
    }

    deinit { try? file.close() }

    /// The bytes from an offset on, fewer where the file ends before.
    ///
    /// - Throws: An `Errno`.
    package func bytes(from offset: Int, count: Int) throws -> [UInt8] {
        let wanted = min(count, size - offset)
        guard offset >= 0, wanted > 0 else { return [] }
        let file = file
        // System reads into raw memory alone. The buffer is the new array's own, and no byte beyond those that were
        // read becomes part of it.
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
