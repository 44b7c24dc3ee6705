package import Glibc
package import SystemPackage

/// System calls that take a name relative to an open folder; Swift System has none of them.
///
/// They are `unsafe` because they take a C string: each call gets a string that lives during the call, and none keeps
/// it.
package enum FolderCalls {
    /// Linux's O_PATH, which Swift does not import: allows passing through a folder, but not listing it.
    private static let searchOnly: Int32 = 0o10000000

    /// Opens a name, and does not follow a link in its place.
    static func open(
        _ name: String, in folder: FileDescriptor, _ flags: Int32, mode: mode_t = 0
    ) throws -> FileDescriptor {
        let flags = flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let file = unsafe openat(folder.rawValue, name, flags, mode)
        guard file >= 0 else { throw Errno(rawValue: errno) }
        return FileDescriptor(rawValue: file)
    }

    /// Opens a folder; a folder that may not be listed is opened only to pass through it.
    static func openFolder(
        _ name: String, in folder: FileDescriptor
    ) throws -> FileDescriptor {
        do {
            // Opening for listing makes an automounter mount what belongs there; passing through does not.
            return try open(name, in: folder, O_RDONLY | O_DIRECTORY)
        } catch Errno.permissionDenied {
            return try open(name, in: folder, searchOnly | O_DIRECTORY)
        }
    }

    /// The target of a link and the user who made it, both read from the same link.
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

    /// Removes a file or an empty folder; of a link, the link itself.
    static func remove(
        _ name: String, in folder: FileDescriptor, isFolder: Bool = false
    ) throws {
        let flags = isFolder ? AT_REMOVEDIR : 0
        guard unsafe unlinkat(folder.rawValue, name, flags) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Renames a file in the same folder, replacing a file of the new name.
    static func rename(
        _ name: String, to new: String, in folder: FileDescriptor
    ) throws {
        guard unsafe renameat(folder.rawValue, name, folder.rawValue, new) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// The names in a folder, without `.` and `..`.
    static func names(in folder: FileDescriptor) throws -> [String] {
        // A second descriptor, because the position in a listing belongs to the descriptor.
        let copy = try open(".", in: folder, O_RDONLY | O_DIRECTORY)
        guard let stream = unsafe fdopendir(copy.rawValue) else {
            let problem = Errno(rawValue: errno)
            try? copy.close()
            throw problem
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            // The name is valid until the next call, and ends with a zero byte.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { text in
                unsafe String(cString: UnsafeRawPointer(text).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// How many descriptors this process may have: the present limit and the highest possible one.
    static func descriptorLimit() -> (soft: Int, hard: Int) {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0
        else { return (1_024, 1_024) }
        return (Int(clamping: limit.rlim_cur), Int(clamping: limit.rlim_max))
    }

    /// Sets the present limit of descriptors for this process.
    static func setDescriptorLimit(soft: Int) throws {
        var limit = rlimit()
        let resource = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        guard unsafe getrlimit(resource, &limit) == 0 else { throw Errno(rawValue: errno) }
        limit.rlim_cur = rlim_t(soft)
        guard unsafe setrlimit(resource, &limit) == 0 else { throw Errno(rawValue: errno) }
    }
}
