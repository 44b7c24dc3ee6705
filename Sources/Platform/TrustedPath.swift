package import Glibc
package import SystemPackage

/// A path that root may use: no other user owns, or can write to, any folder, link or file on the way.
///
/// Every part, links included, is opened relative to the part before it and checked through its descriptor, so that
/// the checked object is the one that is used.
package struct TrustedPath {
    /// What is at the end of a path.
    package enum End: Sendable {
        /// A folder.
        case folder(OpenFolder)
        /// Anything else, opened for reading; the receiver closes it.
        case file(FileDescriptor, Stat)
        /// Nothing: the last existing folder, and the first name that does not exist in it.
        case missing(in: OpenFolder, name: String)
    }

    private let path: String
    private let harm: String
    private var folder: OpenFolder
    /// The path so far, for people; a text, since a FilePath reads all of itself again for each name that it is given.
    private var shown = "/"
    /// The names that remain to be walked, the next one last.
    private var rest: [String]
    /// The name that was walked last.
    private var last = ""
    private var links = 0

    /// The most links that the kernel follows in one path.
    private static let mostLinks = 40

    /// Walks a path.
    ///
    /// - Parameters:
    ///   - path: The path, absolute.
    ///   - harm: What another user could do there.
    /// - Returns: What is at its end.
    /// - Throws: A ``FolderProblem`` that names the user and the place, an `Errno`.
    package static func end(of path: String, harm: String) throws -> End {
        var walk = try TrustedPath(path, harm: harm)
        return try walk.end()
    }

    private init(_ path: String, harm: String) throws {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else { throw Errno.invalidArgument }
        self.path = path
        self.harm = harm
        folder = try OpenFolder(path: "/")
        rest = Self.names(in: path)
    }

    private static func names(in path: String) -> [String] {
        // By bytes, as the kernel: a slash and a mark that combines with it are one Character.
        path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }.reversed()
    }

    private mutating func end() throws -> End {
        try check(folder.owner, folder.permissions, at: shown)
        while let name = rest.popLast() {
            if name == "." { continue }
            last = name
            let facts: Stat
            do {
                facts = try Stat(
                    FilePath(name), relativeTo: folder.descriptor, flags: .symlinkNoFollow)
            } catch Errno.noSuchFileOrDirectory {
                return .missing(in: folder, name: name)
            }
            switch facts.type {
            case .symbolicLink: try follow(name)
            case .directory: try enter(name)
            default: return try file(name)
            }
        }
        return .folder(folder)
    }

    private mutating func enter(_ name: String) throws {
        let next = name == ".." ? above : below(name)
        folder = try OpenFolder(FolderCalls.openFolder(name, in: folder.descriptor), path: next)
        shown = next
        try check(folder.owner, folder.permissions, at: shown)
    }

    private func below(_ name: String) -> String {
        shown == "/" ? "/\(name)" : "\(shown)/\(name)"
    }

    private var above: String {
        let slash = shown.utf8.lastIndex(of: UInt8(ascii: "/")) ?? shown.startIndex
        return slash == shown.startIndex ? "/" : String(shown[..<slash])
    }

    /// Root's own link is followed; a link that another user made in a folder open to all is not.
    private mutating func follow(_ name: String) throws {
        let (target, facts) = try FolderCalls.link(name, in: folder.descriptor)
        guard facts.type == .symbolicLink else { throw Errno.noSuchFileOrDirectory }
        let owner = facts.userID.rawValue
        guard owner == 0 else {
            throw FolderProblem.distrusted(
                "\(below(name)) is a link of user \(owner), who could point it elsewhere")
        }
        links += 1
        guard links <= Self.mostLinks, !target.isEmpty else {
            throw Errno.tooManySymbolicLinkLevels
        }
        rest += Self.names(in: target)
        guard target.hasPrefix("/") else { return }
        folder = try OpenFolder(path: "/")
        shown = "/"
    }

    private func file(_ name: String) throws -> End {
        guard rest.isEmpty else { throw Errno.notDirectory }
        let file = try FolderCalls.open(name, in: folder.descriptor, O_RDONLY)
        do {
            let facts = try file.stat()
            try check(
                facts.userID.rawValue, facts.permissions, at: below(name), isFile: true)
            return .file(file, facts)
        } catch {
            try? file.close()
            throw error
        }
    }

    /// In a sticky folder, every user may change only that user's own files.
    private func check(
        _ owner: uid_t, _ permissions: FilePermissions, at place: String, isFile: Bool = false
    ) throws {
        guard owner == 0 else {
            throw FolderProblem.distrusted("\(place) belongs to user \(owner), who could \(harm)")
        }
        if !isFile, permissions.contains(.saveText) { return }
        let mode = isFile ? "" : " (mode without the sticky bit)"
        if permissions.contains(.otherWrite) {
            throw FolderProblem.distrusted("anybody may write to \(place), and \(harm)\(mode)")
        }
        if permissions.contains(.groupWrite) {
            throw FolderProblem.distrusted(
                "its group may write to \(place), and \(harm)\(mode)")
        }
    }
}

extension TrustedPath {
    /// Reads a file that decides what fleet does; as root, only a file that no other user can change.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - user: Who reads it.
    ///   - limit: How large it may be, in bytes.
    /// - Returns: What is in it; nil where it is not there.
    /// - Throws: A ``FolderProblem``, an `Errno`.
    package static func read(
        _ path: String, user: uid_t = geteuid(), limit: Int = 4 << 20
    ) throws -> [UInt8]? {
        guard user == 0 else {
            do {
                return try FileRange.contents(of: path, limit: limit)
            } catch Errno.noSuchFileOrDirectory {
                return nil
            }
        }
        switch try end(of: path, harm: "change what root runs") {
        case .missing: return nil
        case .folder: throw FolderProblem.notAFile(path)
        case .file(let file, _):
            return try FileRange.contents(of: file, path: path, limit: limit)
        }
    }

    /// The names in a folder whose files decide what fleet does; empty when the folder does not exist.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - user: Who reads it; for root, the folder must be one that no other user can change.
    /// - Returns: The names.
    /// - Throws: A ``FolderProblem``, an `Errno`.
    package static func names(in path: String, user: uid_t = geteuid()) throws -> [String] {
        guard user == 0 else {
            do {
                return try OpenFolder(path: path, followsLink: true).names()
            } catch Errno.noSuchFileOrDirectory {
                return []
            }
        }
        switch try end(of: path, harm: "change what root runs") {
        case .missing: return []
        case .folder(let folder): return try folder.names()
        case .file(let file, _):
            try file.close()
            throw Errno.notDirectory
        }
    }
}

extension TrustedPath {
    private static let harmToWriter = "lead root to another file"

    /// Opens a folder in which root writes.
    ///
    /// - Parameter path: The folder, absolute.
    /// - Returns: The folder.
    /// - Throws: A ``FolderProblem`` that names the user and the place, an `Errno`.
    package static func folder(_ path: String) throws -> OpenFolder {
        switch try end(of: path, harm: harmToWriter) {
        case .folder(let folder): return folder
        case .missing: throw Errno.noSuchFileOrDirectory
        case .file(let file, _):
            try file.close()
            throw Errno.notDirectory
        }
    }

    /// Makes a folder for root alone, and those above it that are not there; one that is there stays as it is.
    ///
    /// - Parameter path: The folder, absolute.
    /// - Throws: A ``FolderProblem`` that names the user and the place, an `Errno`.
    package static func makeFolder(_ path: String) throws {
        // Each pass makes the first one that is not there, in a folder that was looked at.
        while true {
            switch try end(of: path, harm: harmToWriter) {
            case .folder: return
            case .file(let file, _):
                try file.close()
                throw Errno.notDirectory
            case .missing(let folder, let name):
                do {
                    _ = try folder.makeFolder(name)
                } catch Errno.fileExists {
                    // Another process was faster: the next pass looks at what it made.
                }
            }
        }
    }

    /// Writes a file as root, whole or not at all: a link of root's own is followed, and one of another user's refused.
    ///
    /// - Parameters:
    ///   - bytes: What is to be in it.
    ///   - path: The file, absolute; it keeps its permissions, and a new one has mode 0600.
    /// - Throws: A ``FolderProblem`` that names the user and the place, an `Errno`.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        var walk = try TrustedPath(path, harm: harmToWriter)
        switch try walk.end() {
        case .folder: throw FolderProblem.notAFile(path)
        case .file(let file, let facts):
            try file.close()
            guard facts.type == .regular else { throw FolderProblem.notAFile(path) }
            // It goes through the folder that was looked at: what another user puts there meanwhile is replaced.
            try walk.folder.replace(walk.last, with: bytes, mode: facts.permissions.rawValue)
        case .missing(let folder, let name):
            guard walk.rest.isEmpty else { throw Errno.noSuchFileOrDirectory }
            try folder.replace(name, with: bytes)
        }
    }
}
