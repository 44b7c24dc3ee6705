package import Glibc
package import SystemPackage

/// The system calls that take a name relative to an open folder; System has none of them.
///
/// `unsafe` stands here because they take a C string: each gets one that lives for the call, and none keeps it.
package enum FolderCalls {
    /// Linux's O_PATH, which Swift does not import: the folder can be passed through, not listed.
    private static let searchOnly: Int32 = 0o10000000

    /// Opens a name and follows no link in its place.
    static func open(
        _ name: String, in folder: FileDescriptor, _ flags: Int32, mode: mode_t = 0
    ) throws -> FileDescriptor {
        let flags = flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let file = unsafe openat(folder.rawValue, name, flags, mode)
        guard file >= 0 else { throw Errno(rawValue: errno) }
        return FileDescriptor(rawValue: file)
    }

    /// Opens a folder; one that may not be listed is opened to pass through it.
    static func openFolder(
        _ name: String, in folder: FileDescriptor
    ) throws -> FileDescriptor {
        do {
            // Listing asks an automounter to mount what belongs there; passing through does not.
            return try open(name, in: folder, O_RDONLY | O_DIRECTORY)
        } catch Errno.permissionDenied {
            return try open(name, in: folder, searchOnly | O_DIRECTORY)
        }
    }

    /// Where a link leads, and the user who made it, both of one and the same link.
    static func link(
        _ name: String, in folder: FileDescriptor
    ) throws -> (target: String, facts: Stat) {
        let link = try open(name, in: folder, searchOnly)
        defer { try? link.close() }
        let facts = try link.stat()
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = unsafe readlinkat(link.rawValue, "", &bytes, Int(PATH_MAX))
        guard count >= 0 else { throw Errno(rawValue: errno) }
        let target = bytes.prefix(count).map { UInt8(bitPattern: $0) }
        return (String(decoding: target, as: UTF8.self), facts)
    }

    /// Makes a folder.
    package static func makeFolder(
        _ name: String, in folder: FileDescriptor, mode: mode_t
    ) throws {
        guard unsafe mkdirat(folder.rawValue, name, mode) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Takes a file, or a folder that is empty, away; a link goes itself.
    static func remove(
        _ name: String, in folder: FileDescriptor, isFolder: Bool = false
    ) throws {
        let flags = isFolder ? AT_REMOVEDIR : 0
        guard unsafe unlinkat(folder.rawValue, name, flags) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Gives a file another name in the same folder, in place of what has that name.
    static func rename(
        _ name: String, to new: String, in folder: FileDescriptor
    ) throws {
        guard unsafe renameat(folder.rawValue, name, folder.rawValue, new) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// The names in a folder, without `.` and `..`.
    static func names(in folder: FileDescriptor) throws -> [String] {
        // A descriptor of its own: the place in the listing belongs to the descriptor.
        let copy = try open(".", in: folder, O_RDONLY | O_DIRECTORY)
        guard let stream = unsafe fdopendir(copy.rawValue) else {
            let problem = Errno(rawValue: errno)
            try? copy.close()
            throw problem
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            // The name is there until the next call, and ends with a zero.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { text in
                unsafe String(cString: UnsafeRawPointer(text).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// How many descriptors this process may have: at present, and at most.
    static func descriptorLimit() -> (soft: Int, hard: Int) {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0
        else { return (1_024, 1_024) }
        return (Int(clamping: limit.rlim_cur), Int(clamping: limit.rlim_max))
    }

    /// Sets how many descriptors this process may have at present.
    static func setDescriptorLimit(soft: Int) throws {
        var limit = rlimit()
        let resource = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        guard unsafe getrlimit(resource, &limit) == 0 else { throw Errno(rawValue: errno) }
        limit.rlim_cur = rlim_t(soft)
        guard unsafe setrlimit(resource, &limit) == 0 else { throw Errno(rawValue: errno) }
    }
}
