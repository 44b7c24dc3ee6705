import Glibc
import Platform
import SlurmKit

/// Who asks: a person's name, also where that person became root for it.
enum Caller {
    /// The name: SUDO_USER where root acts for somebody, else the user's own.
    static func name(environment: [String: String]) -> String {
        let user = geteuid()
        if user == 0, let sudo = environment["SUDO_USER"], !sudo.isEmpty { return sudo }
        return Users.name(of: user)
    }
}
