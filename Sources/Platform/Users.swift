import Glibc

/// Names of users, from the system's user database.
package enum Users {
    /// The name of a user by number; the number itself when it has no name.
    package static func name(of user: UInt32) -> String {
        entry(of: user)?.name ?? String(user)
    }

    /// The home directory of a user by number; nil when the database has none.
    package static func home(of user: UInt32) -> String? {
        entry(of: user)?.home
    }

    private static func entry(of user: UInt32) -> (name: String, home: String?)? {
        var record = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>? = nil
        var buffer = [CChar](repeating: 0, count: 16_384)
        return unsafe buffer.withUnsafeMutableBufferPointer { space in
            guard
                let base = space.baseAddress,
                unsafe getpwuid_r(user, &record, base, space.count, &found) == 0,
                unsafe found != nil, let name = unsafe text(record.pw_name)
            else { return nil }
            return (name, unsafe text(record.pw_dir))
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }
}
