package import Glibc
package import SystemPackage

/// An open folder: its contents are reached through its descriptor, so that nobody can put another folder in its
/// place.
///
/// It opens no link, pipe or device in place of a file, and no file of another user.
package final class OpenFolder: Sendable {
    /// Its path, only for messages: nothing is opened by it.
    package let path: String
    /// The user who owns it.
    package let owner: uid_t
    /// Its permissions.
    package let permissions: FilePermissions
    package let descriptor: FileDescriptor

    /// Takes over an open descriptor; throws and closes it when it is no folder.
    init(_ descriptor: FileDescriptor, path: String) throws {
        do {
            let facts = try descriptor.stat()
            guard facts.type == .directory else { throw Errno.notDirectory }
            owner = facts.userID.rawValue
            permissions = facts.permissions
        } catch {
            try? descriptor.close()
            throw error
        }
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens a folder by its path.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - followsLink: Whether it may be a link itself.
    /// - Throws: An `Errno`.
    package convenience init(path: String, followsLink: Bool = false) throws {
        let links: FileDescriptor.OpenOptions = followsLink ? [] : .noFollow
        try self.init(
            FileDescriptor.open(
                FilePath(path), .readOnly,
                options: [.directory, .nonBlocking, .closeOnExec, links]), path: path)
    }

    deinit { try? descriptor.close() }

    // MARK: - Folders

    /// Opens a folder in it, which must belong to a user.
    ///
    /// - Throws: An `Errno`, a ``FolderProblem`` where it belongs to another user.
    package func folder(_ name: String, owner user: uid_t? = nil) throws -> OpenFolder {
        try Self.check(name)
        let folder = try OpenFolder(
            FolderCalls.openFolder(name, in: descriptor), path: "\(path)/\(name)")
        guard folder.owner == user ?? owner else {
            throw FolderProblem.stranger(folder.path, owner: folder.owner)
        }
        return folder
    }

    /// Makes a folder in it and opens it, and checks that it is the one that was just made.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - mode: Its permissions.
    /// - Returns: The folder.
    /// - Throws: An `Errno`, a ``FolderProblem`` when another folder is in its place.
    package func makeFolder(_ name: String, mode: mode_t = 0o700) throws -> OpenFolder {
        try Self.check(name)
        try FolderCalls.makeFolder(name, in: descriptor, mode: mode)
        return try folder(name, owner: geteuid())
    }

    /// The names in the folder.
    ///
    /// - Throws: An `Errno`.
    package func names() throws -> [String] { try FolderCalls.names(in: descriptor) }

    /// Who besides a user, and root, can make files in a folder; nil where nobody can.
    ///
    /// The sticky bit only keeps others from replacing what is there. A user's own group may be that user alone; the
    /// folders of root are open to all who are in it.
    ///
    /// - Parameters:
    ///   - path: The folder; a link is followed.
    ///   - user: Who uses what is in it.
    /// - Returns: A clause.
    /// - Throws: An `Errno`.
    package static func stranger(
        in path: String, beside user: uid_t = geteuid()
    ) throws -> String? {
        let facts = try Stat(FilePath(path))
        let owner = facts.userID.rawValue
        if owner != 0, owner != user { return "\(path) belongs to user \(owner)" }
        if facts.permissions.contains(.otherWrite) { return "anybody may make files in \(path)" }
        guard user == 0, facts.permissions.contains(.groupWrite) else { return nil }
        return "its group may make files in \(path)"
    }

    /// What is known of a name, of a link itself; nil where there is nothing.
    package func facts(_ name: String) -> Stat? {
        guard (try? Self.check(name)) != nil else { return nil }
        return try? Stat(FilePath(name), relativeTo: descriptor, flags: .symlinkNoFollow)
    }

    // MARK: - Files

    /// Opens a regular file that belongs to the folder's owner.
    ///
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package func open(
        _ name: String, _ access: FileDescriptor.AccessMode = .readOnly,
        _ options: FileDescriptor.OpenOptions = [], mode: mode_t = 0o600
    ) throws -> FileDescriptor {
        try Self.check(name)
        let file = try FolderCalls.open(
            name, in: descriptor, access.rawValue | options.rawValue, mode: mode)
        do {
            let facts = try file.stat()
            guard facts.type == .regular else { throw FolderProblem.notAFile("\(path)/\(name)") }
            guard facts.userID.rawValue == owner || options.contains(.exclusiveCreate) else {
                throw FolderProblem.stranger("\(path)/\(name)", owner: facts.userID.rawValue)
            }
            return file
        } catch {
            try? file.close()
            throw error
        }
    }

    /// Reads a whole file; nil where there is none.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - limit: How large it may be, in bytes.
    /// - Returns: What is in it.
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package func read(_ name: String, limit: Int) throws -> [UInt8]? {
        guard let file = try range(name) else { return nil }
        guard file.size <= limit else {
            throw FolderProblem.tooLarge("\(path)/\(name)", size: file.size, most: limit)
        }
        return try file.bytes(from: 0, count: file.size)
    }

    /// Opens a file of which parts are read; nil when it does not exist.
    ///
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package func range(_ name: String) throws -> FileRange? {
        do {
            return try FileRange(open(name))
        } catch Errno.noSuchFileOrDirectory {
            return nil
        }
    }

    /// Writes a file, whole or not at all, replacing a file of that name; a link is replaced and not followed.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - mode: Its permissions; nil for what the caller's umask leaves of reading and writing for all.
    ///   - write: Writes it.
    /// - Throws: An `Errno`, or what `write` throws.
    package func replace(
        _ name: String, mode: mode_t? = 0o600, _ write: (FileDescriptor) throws -> Void
    ) throws {
        try Self.check(name)
        let draft = Self.draftName()
        let file = try open(
            draft, .writeOnly, [.create, .exclusiveCreate], mode: mode.map { _ in 0o600 } ?? 0o666)
        do {
            do {
                try write(file)
                // The umask may have removed some of the permissions.
                if let mode, fchmod(file.rawValue, mode) != 0 { throw Errno(rawValue: errno) }
            } catch {
                try? file.close()
                throw error
            }
            // NFS may report a failed write only here.
            try file.close()
            try FolderCalls.rename(draft, to: name, in: descriptor)
        } catch {
            try? FolderCalls.remove(draft, in: descriptor)
            throw error
        }
    }

    /// Writes these bytes as a file, whole or not at all.
    ///
    /// - Throws: An `Errno`.
    package func replace(_ name: String, with bytes: [UInt8], mode: mode_t? = 0o600) throws {
        try replace(name, mode: mode) { _ = try $0.writeAll(bytes) }
    }

    /// A file without a name, open for reading and writing; the caller closes it.
    ///
    /// In a folder of another user its first name may be something else's a moment later: that goes only where it is a file.
    ///
    /// - Throws: An `Errno`.
    package func unnamedFile() throws -> FileDescriptor {
        let name = Self.draftName()
        let file = try open(name, .readWrite, [.create, .exclusiveCreate])
        try? remove(name)
        return file
    }

    /// A file without a name that holds a text, open for reading; the caller closes it.
    ///
    /// - Throws: An `Errno`.
    package func unnamedFile(holding text: String) throws -> FileDescriptor {
        let name = Self.draftName()
        let writer = try open(name, .writeOnly, [.create, .exclusiveCreate])
        defer { try? FolderCalls.remove(name, in: descriptor) }
        try writer.closeAfter { _ = try writer.writeAll(text.utf8) }
        return try open(name)
    }

    // MARK: - Changing names

    /// Gives a file another name.
    ///
    /// - Throws: An `Errno`.
    package func rename(_ name: String, to new: String) throws {
        try Self.check(name)
        try Self.check(new)
        try FolderCalls.rename(name, to: new, in: descriptor)
    }

    /// Removes a file or a link.
    ///
    /// - Throws: An `Errno`.
    package func remove(_ name: String) throws {
        try Self.check(name)
        try FolderCalls.remove(name, in: descriptor)
    }

    /// Removes a file, a link, or a folder with all that is in it; no link is followed.
    ///
    /// - Throws: An `Errno`.
    package func removeTree(_ name: String) throws {
        try removeTree(name, depth: 0)
    }

    /// How deep a tree may be: each level needs a descriptor, and a run has two levels.
    private static let deepest = 32

    private func removeTree(_ name: String, depth: Int) throws {
        try Self.check(name)
        guard depth < Self.deepest else { throw Errno.tooManySymbolicLinkLevels }
        do {
            try FolderCalls.remove(name, in: descriptor)
        } catch Errno.isDirectory, Errno.notPermitted {
            let folder = try OpenFolder(
                FolderCalls.openFolder(name, in: descriptor), path: "\(path)/\(name)")
            for inner in try folder.names() { try folder.removeTree(inner, depth: depth + 1) }
            try FolderCalls.remove(name, in: descriptor, isFolder: true)
        }
    }

    // MARK: - Names

    /// Checks that a name stays inside the folder.
    private static func check(_ name: String) throws {
        guard !name.isEmpty, name != ".", name != "..",
            !name.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") })
        else { throw Errno.invalidArgument }
    }

    /// The name of a file that is being written: it begins with a dot and cannot be guessed.
    private static func draftName() -> String {
        let number = UInt64.random(in: .min ... .max)
        return ".fleet-\(String(number, radix: 36)).new"
    }
}

/// Why something in a folder is not used.
package enum FolderProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// It belongs to another user than it must.
    case stranger(String, owner: uid_t)
    /// It is a folder, a pipe or a device where a file should be.
    case notAFile(String)
    /// It is larger than any file that fleet writes there.
    case tooLarge(String, size: Int, most: Int)
    /// Another user could change it.
    case distrusted(String)

    /// A clause.
    package var description: String {
        switch self {
        case .stranger(let path, let owner): "\(path) belongs to user \(owner)"
        case .notAFile(let path): "\(path) is no regular file"
        case .tooLarge(let path, let size, let most):
            "\(path) has \(size) bytes, and \(most) is the most"
        case .distrusted(let words): words
        }
    }
}
