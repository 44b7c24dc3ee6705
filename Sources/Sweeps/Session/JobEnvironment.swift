import Glibc
import Platform
import SlurmKit

/// The environment of a payload: a minimal one, and never that of the head node.
enum JobEnvironment {
    /// The variables, each as `NAME=VALUE`.
    static func variables(home: String?) -> [String] {
        let user = Users.name(of: geteuid())
        return [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=\(home ?? "/")", "USER=\(user)", "LOGNAME=\(user)", "LANG=C.UTF-8",
            "SHELL=/bin/sh",
        ]
    }
}
