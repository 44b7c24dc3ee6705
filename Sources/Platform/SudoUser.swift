package import Glibc

/// The user for whom root acts through sudo.
package struct SudoUser: Hashable, Sendable {
    /// The user's number, never root's.
    package let user: uid_t
    /// The number of the user's own group.
    package let group: gid_t
    /// The user's name.
    package let name: String
    /// The user's home; nil where the user database has none.
    package let home: String?

    /// Finds out who called sudo.
    ///
    /// - Parameter environment: Its SUDO_UID and SUDO_GID; only root's are believed, since anybody may set them.
    /// - Returns: The user; nil where this process is not root's, or root acts for nobody else.
    package static func current(environment: [String: String]) -> SudoUser? {
        guard geteuid() == 0, let user = environment["SUDO_UID"].flatMap({ uid_t($0) }), user != 0,
            let group = environment["SUDO_GID"].flatMap({ gid_t($0) })
        else { return nil }
        return SudoUser(
            user: user, group: group, name: Users.name(of: user), home: Users.home(of: user))
    }

    /// Does something with the user's rights alone.
    ///
    /// What the user may not read, or could point elsewhere, is not read with root's. Nothing else of the process may use its rights meanwhile.
    ///
    /// - Parameter body: What is to be done.
    /// - Returns: What it returns.
    /// - Throws: What the body throws, or why the rights could not be changed.
    package func reading<Result>(_ body: () throws -> Result) throws -> Result {
        let groups = try Self.groups()
        try Self.check(setegid(group))
        defer {
            // Root again: what fails here would leave a process that only seems to be root's.
            guard seteuid(0) == 0, setegid(getgid()) == 0, Self.set(groups) else { abort() }
        }
        guard Self.set([group]) else { throw Self.problem }
        try Self.check(seteuid(user))
        return try body()
    }

    private static var problem: FolderProblem {
        .distrusted("this process may not take the rights of the user who called sudo")
    }

    private static func check(_ result: Int32) throws {
        guard result == 0 else { throw problem }
    }

    private static func groups() throws -> [gid_t] {
        let count = getgroups(0, nil)
        guard count >= 0 else { throw problem }
        var groups = [gid_t](repeating: 0, count: Int(count))
        let found = unsafe groups.withUnsafeMutableBufferPointer {
            unsafe getgroups(count, $0.baseAddress)
        }
        guard found >= 0 else { throw problem }
        return Array(groups.prefix(Int(found)))
    }

    private static func set(_ groups: [gid_t]) -> Bool {
        unsafe groups.withUnsafeBufferPointer {
            unsafe setgroups($0.count, $0.baseAddress) == 0
        }
    }
}
